/** Draws request rates over time as an SVG that reads in light and dark. */

export interface Panel {
  readonly title: string
  /** Rate over the usual rate, at even steps from `fromLives` to `toLives`. */
  readonly curve: readonly number[]
  /** Where the curve begins and ends, in lifetimes after the outage's start. */
  readonly fromLives: number
  readonly toLives: number
  /** How long the outage is, in lifetimes; 0 for none. */
  readonly outageLives: number
  readonly top: number
  /** Heights with a line and a name. */
  readonly limits: readonly { readonly at: number; readonly name: string }[]
  readonly timeUnit: { readonly perLife: number; readonly name: string }
}

const WIDTH = 860
const PANEL = { width: 400, height: 190, gapX: 60, gapY: 74, left: 30, above: 64 }

const STYLE = `
  svg { font: 12px system-ui, sans-serif; }
  .page { fill: #ffffff; } .text { fill: #1f2328; } .soft { fill: #59636e; }
  .axis { stroke: #d1d9e0; } .limit { stroke: #b35900; stroke-dasharray: 4 4; } .named { fill: #8a4500; }
  .curve { fill: none; stroke: #0757ba; stroke-width: 1.6; } .outage { fill: #d1242f; fill-opacity: .14; }
  .title { font-weight: 600; } .head { font-size: 15px; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } .text { fill: #f0f6fc; } .soft { fill: #9198a1; }
    .axis { stroke: #3d444d; } .limit { stroke: #d29922; } .named { fill: #e3b341; }
    .curve { stroke: #6cb0ff; } .outage { fill: #ff7b72; fill-opacity: .2; }
  }`

/** Panels two abreast under one heading. */
export function drawPicture(heading: string, panels: readonly Panel[]): string {
  const rows = Math.ceil(panels.length / 2)
  const height = PANEL.above + rows * (PANEL.height + PANEL.gapY)
  const drawn = panels.map((panel, at) => {
    const x = PANEL.left + (at % 2) * (PANEL.width + PANEL.gapX - 40)
    const y = PANEL.above + Math.floor(at / 2) * (PANEL.height + PANEL.gapY)
    return `<g transform="translate(${x} ${y})">${drawPanel(panel)}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${heading}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}" rx="8"/>`,
    `<text class="text head" x="${PANEL.left}" y="28">${heading}</text>`,
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

function drawPanel(panel: Panel): string {
  const { title, curve, fromLives, toLives, outageLives, top, limits, timeUnit } = panel
  const x = (lives: number) =>
    round(((lives - fromLives) / (toLives - fromLives)) * (PANEL.width - 20))
  const y = (rate: number) => round(PANEL.height * (1 - rate / top))
  const step = (toLives - fromLives) / curve.length
  const points = curve.map(
    (rate, at) => `${x(fromLives + (at + 0.5) * step)},${y(Math.min(rate, top))}`,
  )
  const ticks = ticksTo(top).map(
    (rate) =>
      `<line class="axis" x1="0" x2="${x(toLives)}" y1="${y(rate)}" y2="${y(rate)}"/>` +
      `<text class="soft" x="-6" y="${y(rate) + 4}" text-anchor="end">${rate}</text>`,
  )
  const times = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5]
    .filter((lives) => lives >= fromLives && lives <= toLives)
    .map(
      (lives) =>
        `<text class="soft" x="${x(lives)}" y="${PANEL.height + 16}" text-anchor="middle">${
          lives * timeUnit.perLife
        }${lives ? '' : ` ${timeUnit.name}`}</text>`,
    )
  const lines = limits.map(
    ({ at, name }) =>
      `<line class="limit" x1="0" x2="${x(toLives)}" y1="${y(at)}" y2="${y(at)}"/>` +
      `<text class="named" x="2" y="${y(at) - 4}">${name}</text>`,
  )
  const outage = `<rect class="outage" x="${x(0)}" y="0" width="${round(x(outageLives) - x(0))}" height="${PANEL.height}"/>`
  return [
    `<text class="text title" x="0" y="-12">${title}</text>`,
    outageLives ? outage : '',
    ...ticks,
    ...times,
    ...lines,
    `<polyline class="curve" points="${points.join(' ')}"/>`,
  ].join('\n')
}

function ticksTo(top: number): number[] {
  const step = top > 10 ? 20 : 1
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, at) => at * step)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
