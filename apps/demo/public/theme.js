/** Applies the chosen theme before the first paint. */
try {
  const theme = localStorage.getItem('valetkey-demo-theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; then the system's theme holds.
}
