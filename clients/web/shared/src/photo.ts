/**
 * A photo made small on the device and drawn anew: what a camera writes beside the picture (place, time, device) does
 * not survive, and a bad network has less to carry.
 */

/** Below what the vault takes. */
const MOST = 480 * 1024
const SIDES = [1600, 1280, 960, 720] as const
const QUALITIES = [0.8, 0.65, 0.5] as const

/** Throws for what is no picture. */
export async function shrink(file: Blob): Promise<Blob> {
  const address = URL.createObjectURL(file)
  try {
    const image = await load(address)
    for (const side of SIDES)
      for (const quality of QUALITIES) {
        const small = await draw(image, side, quality)
        if (small.size <= MOST) return small
      }
    throw new Error("it does not get small enough")
  } finally {
    URL.revokeObjectURL(address)
  }
}

function load(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () => resolve(image)
    image.onerror = () => reject(new Error("no picture"))
    image.src = address
  })
}

function draw(image: HTMLImageElement, side: number, quality: number): Promise<Blob> {
  const scale = Math.min(1, side / Math.max(image.naturalWidth, image.naturalHeight))
  const canvas = document.createElement("canvas")
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no memory"))), "image/jpeg", quality),
  )
}
