/** How the devtools look: all of it under two class names, so that the page's own styles stay. */
export const STYLE = `
.vk-devtools {
  color-scheme: light dark;
  --vk-ink: light-dark(#1c1b22, #f1eff7);
  --vk-quiet: light-dark(#595566, #b3adc4);
  --vk-paper: light-dark(#ffffff, #1b1922);
  --vk-line: light-dark(#d5d0e0, #474255);
  --vk-token: light-dark(#1f6f5c, #55c7a9);
  --vk-on-token: light-dark(#ffffff, #10241e);
  --vk-good: light-dark(#17604e, #6fdcbf);
  --vk-bad: light-dark(#b3261e, #ff9a91);
  box-sizing: border-box;
  background: var(--vk-paper);
  color: var(--vk-ink);
  font: 13px/1.45 ui-sans-serif, system-ui, sans-serif;
  text-align: start;
}
.vk-devtools[data-theme='light'] { color-scheme: light }
.vk-devtools[data-theme='dark'] { color-scheme: dark }
.vk-devtools-foot { position: fixed; inset: auto 0 0; z-index: 99999; pointer-events: none; text-align: center }
.vk-devtools-foot.vk-at-left { text-align: left }
.vk-devtools-foot.vk-at-right { text-align: right }
.vk-devtools-foot > * { pointer-events: auto }
.vk-devtools-foot > button {
  margin: 8px; padding: 4px 12px; border: 1px solid var(--vk-quiet); border-radius: 999px; cursor: pointer;
}
.vk-devtools-drawer { max-height: 55vh; overflow: auto; border-top: 2px solid #1f6f5c; background: Canvas }
section.vk-devtools { padding: 10px 12px }
.vk-devtools :focus-visible, button.vk-devtools:focus-visible {
  outline: 2px solid var(--vk-good); outline-offset: 2px;
}
.vk-devtools p { margin: 0 }
.vk-devtools ul, .vk-devtools ol { margin: 0; padding: 0; list-style: none }
.vk-devtools input, .vk-devtools select, .vk-bar button {
  font: inherit; color: inherit; background: transparent; border: 1px solid var(--vk-quiet);
  border-radius: 6px; padding: 2px 8px; min-height: 26px; max-width: 100%;
}
.vk-devtools option { background: var(--vk-paper); color: var(--vk-ink) }
.vk-devtools ::placeholder { color: var(--vk-quiet); opacity: 1 }
.vk-bar { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; margin-bottom: 8px }
.vk-by-hand { width: 100%; height: 8em; font: 12px ui-monospace, monospace }
.vk-lane { padding: 6px 0; border-top: 1px solid var(--vk-line) }
.vk-lane-head { overflow-wrap: anywhere }
.vk-quiet { color: var(--vk-quiet) }
.vk-word { padding: 0 6px; border: 1px solid currentColor; border-radius: 999px; font-size: 12px }
.vk-ready { color: var(--vk-good) }
.vk-error { color: var(--vk-bad) }
.vk-chart { display: block; width: 100%; height: 36px; overflow: hidden }
.vk-fresh { fill: var(--vk-token) }
.vk-soft { fill: var(--vk-token); fill-opacity: 0.55 }
.vk-left { fill: none; stroke: var(--vk-quiet); stroke-dasharray: 3 2 }
.vk-generation { fill: var(--vk-on-token); font-size: 11px }
.vk-now { stroke: var(--vk-ink); stroke-dasharray: 2 2 }
.vk-mark { fill: none; stroke: var(--vk-ink); stroke-width: 1.5 }
.vk-call { stroke: var(--vk-quiet) }
.vk-failure, .vk-refusal { stroke: var(--vk-bad) }
.vk-legend { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 6px 0; color: var(--vk-quiet) }
.vk-legend svg { vertical-align: -1px; overflow: visible }
.vk-devtools summary { cursor: pointer; width: max-content; max-width: 100% }
.vk-events li, .vk-tokens li { padding: 1px 0; overflow-wrap: anywhere }
.vk-events, .vk-tokens { font-variant-numeric: tabular-nums }
.vk-claims { display: block; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere }
`
