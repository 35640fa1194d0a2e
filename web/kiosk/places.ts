/** After `#`, so that they never reach the server: a stop, and one account chosen among several. */
export const STOP_HASH = '#aviso'
export const CHOSEN_HASH = '#cuenta'
/** Where links of mails lead; what else stands after `#` there is a token. */
export const LINKED = ['/activar', '/no-fui-yo']
