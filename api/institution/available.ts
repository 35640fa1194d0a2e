/** What this version can do. The schema knows more; a file that uses the rest is refused at start. */
export const AVAILABLE = {
  providers: ['sql', 'ldap', 'activeDirectory', 'graph', 'manual', 'registry'] as readonly string[],
  delivery: ['temporal', 'enlace'] as readonly string[],
  confirmation: ['direct', 'code'] as readonly string[],
  profiles: ['worker', 'student'] as readonly string[],
}

export type Available = typeof AVAILABLE
