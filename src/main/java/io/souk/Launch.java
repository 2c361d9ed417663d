package io.souk;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;

/**
 * Where a start begins. From the packaged jar, whose jars Spring Boot's class loader would look through one by one for
 * every class, it goes on in a class loader that knows where each package is (ADR 0042). From anywhere else it goes on
 * as it is.
 */
final class Launch {
    private Launch() {}

    static void main(String[] args) throws Throwable {
        Method main = Class.forName("io.souk.Souk", true, loader()).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        try {
            main.invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static ClassLoader loader() {
        ClassLoader given = Launch.class.getClassLoader();
        if (!(given instanceof URLClassLoader nested)) {
            return given;
        }
        ClassLoader indexed = new IndexedClassLoader(nested.getURLs(), nested.getParent());
        Thread.currentThread().setContextClassLoader(indexed);
        return indexed;
    }
}
