/** After `#`, so that they never reach the server: a stop, and one account chosen among several. */
export const STOP_HASH = '#aviso'
export const CHOSEN_HASH = '#cuenta'
