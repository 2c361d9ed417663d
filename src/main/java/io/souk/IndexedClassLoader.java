package io.souk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSigner;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final Map<String, List<Jar>> jarsByFolder = new HashMap<>(8192);

    /**
     * Opens every jar, on all processors, and keeps it open.
     *
     * @param jars addresses as {@code jar:…!/}
     */
    IndexedClassLoader(URL[] jars, ClassLoader parent) {
        super("souk", jars, parent);
        List<Jar> opened = Arrays.stream(jars).parallel().map(Jar::open).toList();
        for (Jar jar : opened) {
            for (String folder : jar.folders) {
                jarsByFolder
                        .computeIfAbsent(folder, first -> new ArrayList<>(1))
                        .add(jar);
            }
        }
    }

    /** @param alone gives the addresses of this jar's resources as every class loader writes them */
    private record Jar(URL url, JarFile file, Set<String> folders, CodeSource unsigned, URLClassLoader alone) {
        static Jar open(URL url) {
            try {
                JarFile file = ((JarURLConnection) url.openConnection()).getJarFile();
                return new Jar(
                        url,
                        file,
                        folders(file),
                        new CodeSource(url, (CodeSigner[]) null),
                        new URLClassLoader(new URL[] {url}, null));
            } catch (IOException e) {
                throw new UncheckedIOException("The jar " + url + " cannot be read", e);
            }
        }

        private static Set<String> folders(JarFile file) {
            Set<String> folders = new HashSet<>();
            folders.add("");
            file.stream().map(JarEntry::getName).forEach(name -> {
                folders.add(folder(name));
                folders.add(folder(unversioned(name)));
            });
            return folders;
        }

        /** What stands under {@code META-INF/versions/21/} is found without it, too. */
        private static String unversioned(String name) {
            return name.startsWith(VERSIONS) ? name.substring(name.indexOf('/', VERSIONS.length()) + 1) : name;
        }

        /** The empty name is the jar's root, which has no entry and yet is one of Boot's resources. */
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
