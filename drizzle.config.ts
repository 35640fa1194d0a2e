export default { dialect: 'postgresql', schema: './api/db/schema.ts', out: './migrations' }
