package io.souk.models.inference;

/** The vector of word pieces, however many windows they take. */
public final class WindowReader {
    private WindowReader() {}

    /**
     * The mean over all tokens of a window, scaled to length one; of several windows the mean weighted by their word
     * pieces, scaled to length one again.
     */
    public static float[] vector(MiniLm model, int[] ids) {
        var sum = new float[MiniLm.DIMENSIONS];
        for (var from = 0; from < ids.length; from += Windows.PIECES) {
            addWindow(model, ids, from, sum);
        }
        return Vectors.normalise(sum);
    }

    /** Adds what the window that starts at the piece contributes; returns how many tokens were read for it. */
    static int addWindow(MiniLm model, int[] ids, int from, float[] sum) {
        var end = Math.min(ids.length, from + Windows.PIECES);
        var reading = model.read(ids, from, end);
        var vector = new float[MiniLm.DIMENSIONS];
        reading.addTo(vector);
        Vectors.add(sum, Vectors.normalise(vector), end - from);
        return reading.length();
    }
}
