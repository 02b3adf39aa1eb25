/** Has the browser keep a file. */
export function save(name: string, file: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // It is read after the click, not during it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** A drawing as it is seen now, with nothing that it would need of the page. */
export function drawingAlone(svg: SVGSVGElement): Blob {
  const alone = svg.cloneNode(true) as SVGSVGElement
  const shown = [svg, ...svg.querySelectorAll('*')]
  for (const [index, one] of [alone, ...alone.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(shown[index]!)
    for (const name of ['fill', 'stroke', 'stroke-width', 'font-size', 'font-family'])
      one.setAttribute(name, style.getPropertyValue(name))
    one.removeAttribute('class')
  }
  const { width, height } = svg.viewBox.baseVal
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  ground.setAttribute('width', String(width))
  ground.setAttribute('height', String(height))
  ground.setAttribute('fill', getComputedStyle(svg).getPropertyValue('background-color'))
  alone.prepend(ground)
  alone.setAttribute('width', String(width))
  alone.setAttribute('height', String(height))
  alone.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return new Blob([new XMLSerializer().serializeToString(alone)], { type: 'image/svg+xml' })
}
