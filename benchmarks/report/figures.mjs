/** Three significant digits, and thousands apart. */
export function figure(value) {
  const rounded = value === 0 ? 0 : Number(value.toPrecision(3));
  return rounded.toLocaleString('en', { maximumFractionDigits: 2 });
}
