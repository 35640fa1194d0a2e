/** Two soft notes. A machine without sound, or a browser that allows none yet, stays silent. */
export async function chime(): Promise<void> {
  try {
    const audio = new AudioContext()
    const loudness = new GainNode(audio, { gain: 0.08 })
    loudness.connect(audio.destination)
    for (const [at, frequency] of [
      [0, 523],
      [0.25, 659],
    ] as const) {
      const note = new OscillatorNode(audio, { frequency })
      note.connect(loudness)
      note.start(audio.currentTime + at)
      note.stop(audio.currentTime + at + 0.2)
    }
    await new Promise(done => setTimeout(done, 1000))
    await audio.close()
  } catch {
    // The question stands on the screen and is spoken, too.
  }
}
