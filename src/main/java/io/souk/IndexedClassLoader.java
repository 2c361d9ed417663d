package io.souk;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * Loads from jars as {@link URLClassLoader} does, in the order in which they are given and with the versions of a
 * multi-release jar that fit this JVM, but asks only those jars that have the folder of what is looked for.
 */
final class IndexedClassLoader extends URLClassLoader {
    private static final String VERSIONS = "META-INF/versions/";

    static {
        registerAsParallelCapable();
    }

    /** Of each folder, the jars that have it, in their order. */
    private final Map<String, List<Jar>> jarsByFolder;

    /**
     * Opens every jar and keeps it open.
     *
     * @param jars addresses as {@code jar:…!/}
     */
    IndexedClassLoader(URL[] jars, ClassLoader parent) throws IOException {
        super("souk", jars, parent);
        Map<String, List<Jar>> index = new HashMap<>(8192);
        for (URL url : jars) {
            Jar jar = Jar.open(url);
            jar.file.stream()
                    .map(JarEntry::getName)
                    .map(Jar::unversioned)
                    .forEach(new FolderCollector(index, jar)::add);
        }
        jarsByFolder = index;
    }

    /** Entries of a folder mostly stand together, so most of them need no look into the index. */
    private static final class FolderCollector {
        private final Map<String, List<Jar>> index;
        private final Jar jar;
        private String last = "\0";

        FolderCollector(Map<String, List<Jar>> index, Jar jar) {
            this.index = index;
            this.jar = jar;
        }

        void add(String name) {
            if (isIn(last, name)) {
                return;
            }
            last = folder(name);
            List<Jar> jars = index.computeIfAbsent(last, folder -> new ArrayList<>(1));
            if (jars.isEmpty() || jars.getLast() != jar) {
                jars.add(jar);
            }
        }

        private static boolean isIn(String folder, String name) {
            int length = folder.length();
            return name.length() > length + 1
                    && name.startsWith(folder)
                    && name.charAt(length) == '/'
                    && name.indexOf('/', length + 1) < 0;
        }
    }

    private record Jar(URL url, JarFile file, CodeSource unsigned, URLClassLoader alone) {
        static Jar open(URL url) throws IOException {
            return new Jar(
                    url,
                    ((JarURLConnection) url.openConnection()).getJarFile(),
                    new CodeSource(url, (java.security.CodeSigner[]) null),
                    new URLClassLoader(new URL[] {url}, null));
        }

        /** What stands under {@code META-INF/versions/21/} is found without it. */
        static String unversioned(String name) {
            return name.startsWith(VERSIONS) ? name.substring(name.indexOf('/', VERSIONS.length()) + 1) : name;
        }

        @Nullable
        URL find(String name) {
            return name.isEmpty() || file.getJarEntry(name) != null ? alone.findResource(name) : null;
        }

        CodeSource source(JarEntry read) {
            return read.getCodeSigners() == null ? unsigned : new CodeSource(url, read.getCodeSigners());
        }
    }

    /** The folder that an entry is in; of a folder, the one that it is in. */
    private static String folder(String name) {
        int end = name.endsWith("/") ? name.length() - 1 : name.length();
        int slash = name.lastIndexOf('/', end - 1);
        return slash < 0 ? "" : name.substring(0, slash);
    }

    private List<Jar> jarsWithFolderOf(String name) {
        return jarsByFolder.getOrDefault(folder(name), List.of());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String path = name.replace('.', '/') + ".class";
        for (Jar jar : jarsWithFolderOf(path)) {
            JarEntry entry = jar.file.getJarEntry(path);
            if (entry != null) {
                try {
                    return define(name, jar, entry);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        }
        throw new ClassNotFoundException(name);
    }

    private Class<?> define(String name, Jar jar, JarEntry entry) throws IOException {
        byte[] bytes;
        try (InputStream in = jar.file.getInputStream(entry)) {
            bytes = in.readAllBytes();
        }
        definePackageOf(name, jar);
        return defineClass(name, bytes, 0, bytes.length, jar.source(entry));
    }

    private void definePackageOf(String name, Jar jar) throws IOException {
        int dot = name.lastIndexOf('.');
        if (dot < 0 || getDefinedPackage(name.substring(0, dot)) != null) {
            return;
        }
        try {
            if (jar.file.getManifest() == null) {
                definePackage(name.substring(0, dot), null, null, null, null, null, null, null);
            } else {
                definePackage(name.substring(0, dot), jar.file.getManifest(), jar.url);
            }
        } catch (IllegalArgumentException definedMeanwhile) {
            // by another thread, from the same jar or one that shares the package
        }
    }

    @Override
    public @Nullable URL findResource(String name) {
        for (Jar jar : jarsWithFolderOf(name)) {
            URL found = jar.find(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    @Override
    public Enumeration<URL> findResources(String name) {
        List<URL> found = new ArrayList<>();
        for (Jar jar : jarsWithFolderOf(name)) {
            URL url = jar.find(name);
            if (url != null) {
                found.add(url);
            }
        }
        return Collections.enumeration(found);
    }
}
