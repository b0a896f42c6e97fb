/** No module. */
export const name = 'nothing';
