/** After `#`, so that they never reach the server: a stop, one account chosen among several, and the code. */
export const STOP_HASH = '#aviso'
export const CHOSEN_HASH = '#cuenta'
export const CODE_HASH = '#codigo'

/** Where links of mails lead; what else stands after `#` there is a token. */
export const LINKED = ['/activar', '/no-fui-yo']
