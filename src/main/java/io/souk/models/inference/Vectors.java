package io.souk.models.inference;

/** Arithmetic on vectors. */
public final class Vectors {
    private Vectors() {}

    /** The cosine of two vectors of length one. */
    public static float dot(float[] a, float[] b) {
        var sum = 0f;
        for (var i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Scales the vector to length one in place; a vector of zeros stays. */
    public static float[] normalise(float[] vector) {
        var length = (float) Math.sqrt(dot(vector, vector));
        if (length > 0) {
            for (var i = 0; i < vector.length; i++) {
                vector[i] /= length;
            }
        }
        return vector;
    }

    /** Adds a multiple of a vector to another, in place. */
    public static void add(float[] sum, float[] vector, float times) {
        for (var i = 0; i < sum.length; i++) {
            sum[i] += vector[i] * times;
        }
    }
}
