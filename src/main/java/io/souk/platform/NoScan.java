package io.souk.platform;

import java.util.Set;
import org.hibernate.boot.archive.scan.spi.ClassDescriptor;
import org.hibernate.boot.archive.scan.spi.MappingFileDescriptor;
import org.hibernate.boot.archive.scan.spi.PackageDescriptor;
import org.hibernate.boot.archive.scan.spi.ScanEnvironment;
import org.hibernate.boot.archive.scan.spi.ScanOptions;
import org.hibernate.boot.archive.scan.spi.ScanParameters;
import org.hibernate.boot.archive.scan.spi.ScanResult;
import org.hibernate.boot.archive.scan.spi.Scanner;

/** Spring tells Hibernate every entity. Hibernate's own scanner would inflate the whole jar to look for an orm.xml. */
class NoScan implements Scanner {
    @Override
    public ScanResult scan(ScanEnvironment environment, ScanOptions options, ScanParameters parameters) {
        return new Nothing(Set.of(), Set.of(), Set.of());
    }

    private record Nothing(
            Set<PackageDescriptor> getLocatedPackages,
            Set<ClassDescriptor> getLocatedClasses,
            Set<MappingFileDescriptor> getLocatedMappingFiles)
            implements ScanResult {}
}
