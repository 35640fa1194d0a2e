/** Where only people can look an entry has no name but its address; our account's id makes it one of a kind. */
export const idByHand = (address: string, account: string): string => `${address} ${account}`
export const addressByHand = (externalId: string): string => externalId.split(' ')[0] ?? ''
