package io.souk;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.persistence.Entity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.data.repository.Repository;

/** The house rules that a machine keeps. */
class ArchitectureTests {
    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.souk");

    /** Plain stages decide over a snapshot; these are all that they may know beside themselves. */
    private static final String[] PLAIN = {
        "io.souk.kernel",
        "java.lang..",
        "java.io",
        "java.math",
        "java.nio..",
        "java.net..",
        "java.time..",
        "java.util",
        "java.util.concurrent..",
        // opened by ADR 0001: callbacks of leases, and a look over a short list
        "java.util.function",
        "java.util.stream",
        "org.jspecify..",
    };

    @Test
    void entitiesAndRepositoriesStayInTheirPackage() {
        classes().that().areAnnotatedWith(Entity.class).should().notBePublic().check(PROGRAM);
        classes()
                .that()
                .areAssignableTo(Repository.class)
                .should()
                .notBePublic()
                .allowEmptyShould(true)
                .check(PROGRAM);
    }

    @Test
    void controllersStayInTheirPackageAndSayWhatTheyServe() {
        classes()
                .that()
                .areMetaAnnotatedWith("org.springframework.stereotype.Controller")
                .should()
                .notBePublic()
                .allowEmptyShould(true)
                .check(PROGRAM);
    }

    @Test
    void onlyBillingAndTheLocalStripeKnowStripe() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.souk.billing.stripe..", "io.souk.local..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.stripe..")
                .check(PROGRAM);
    }

    @Test
    void onlyTheWebsEdgeKnowsServlets() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.souk.platform.ShellContributor")
                .and()
                .resideOutsideOfPackages(
                        "io.souk..web..",
                        "io.souk.portal..",
                        "io.souk.platform..",
                        "io.souk.identity..",
                        "io.souk.tenancy..",
                        "io.souk.local..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta.servlet..")
                .check(PROGRAM);
    }

    @Test
    void onlyTheGatewayAndTheModelsListenWithVertx() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.souk.gateway..", "io.souk.models.http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx..")
                .check(PROGRAM);
        noClasses()
                .that()
                .resideInAnyPackage("io.souk.gateway..", "io.souk.models..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.servlet..", "jakarta.persistence..", "org.hibernate.Session..")
                .check(PROGRAM);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        noFields().should().beAnnotatedWith(Autowired.class).check(PROGRAM);
        noFields().should().beAnnotatedWith(Value.class).check(PROGRAM);
        classes()
                .should(new ArchCondition<>("take no @Value") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getCodeUnits().stream()
                                .flatMap(unit -> unit.getParameters().stream())
                                .filter(parameter -> parameter.isAnnotatedWith(Value.class))
                                .forEach(parameter -> events.add(SimpleConditionEvent.violated(
                                        type, type.getName() + " takes a @Value: use its module's properties")));
                    }
                })
                .check(PROGRAM);
    }

    @Test
    void moneyIsNeverAFloatingPointNumber() {
        Set<String> floating = Set.of("double", "float", "java.lang.Double", "java.lang.Float");
        fields().that()
                .areDeclaredInClassesThat(resideInAnyPackage("io.souk.kernel..", "io.souk.billing.."))
                .should(new ArchCondition<JavaField>("not be floating point") {
                    @Override
                    public void check(JavaField field, ConditionEvents events) {
                        if (floating.contains(field.getRawType().getName())) {
                            events.add(SimpleConditionEvent.violated(field, field.getFullName()));
                        }
                    }
                })
                .check(PROGRAM);
        PROGRAM.that(resideInAnyPackage("io.souk.kernel..", "io.souk.billing..")).stream()
                .flatMap(type -> type.getCodeUnits().stream())
                .forEach(unit ->
                        assertThat(signature(unit)).as(unit.getFullName()).doesNotContainAnyElementsOf(floating));
    }

    private static List<String> signature(JavaCodeUnit unit) {
        return Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream())
                .map(JavaClass::getName)
                .toList();
    }

    @Test
    void plainStagesKnowOnlyTheJdkAndTheKernel() {
        for (String stage : List.of("admission", "routing", "metering")) {
            String here = "io.souk.gateway." + stage + "..";
            // opened by ADR 0032: breakers are a library's, and only where backends are chosen
            String[] library = stage.equals("routing")
                    ? new String[] {"io.github.resilience4j.circuitbreaker", "io.github.resilience4j.core.."}
                    : new String[0];
            String[] allowed = Stream.of(
                            Stream.of(here, "io.souk.gateway.snapshot"),
                            java.util.Arrays.stream(PLAIN),
                            java.util.Arrays.stream(library))
                    .flatMap(each -> each)
                    .toArray(String[]::new);
            noClasses()
                    .that(resideInAPackage(here).and(not(simpleName("package-info"))))
                    .should()
                    .dependOnClassesThat(not(resideInAnyPackage(allowed)).and(not(arrayOrPrimitive())))
                    .allowEmptyShould(true)
                    .check(PROGRAM);
        }
    }

    private static DescribedPredicate<JavaClass> arrayOrPrimitive() {
        return DescribedPredicate.describe(
                "primitive",
                type -> type.isPrimitive() || type.getBaseComponentType().isPrimitive());
    }

    @Test
    void nothingWaitsOnAClockThatCannotBeTold() {
        methods()
                .should(new ArchCondition<>("ask an injected clock for the time") {
                    @Override
                    public void check(JavaMethod method, ConditionEvents events) {
                        method.getMethodCallsFromSelf().stream()
                                .filter(call -> call.getName().equals("now")
                                        && call.getTargetOwner()
                                                .getPackageName()
                                                .equals("java.time")
                                        && call.getTarget()
                                                .getRawParameterTypes()
                                                .isEmpty())
                                .forEach(call ->
                                        events.add(SimpleConditionEvent.violated(method, call.getDescription())));
                    }
                })
                .check(PROGRAM);
    }

    @Test
    void namesSayWhatThingsAre() {
        classes()
                .should(new ArchCondition<>("not be a Service, Manager, Helper, Impl or Util") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (type.getSimpleName().matches(".*(Service|Manager|Helper|Impl|Utils?|DTO|Dto)")) {
                            events.add(SimpleConditionEvent.violated(type, type.getName()));
                        }
                    }
                })
                .check(PROGRAM);
        noClasses()
                .should()
                .resideInAnyPackage("..service..", "..impl..", "..util..", "..dto..")
                .check(PROGRAM);
    }

    @Test
    void programWritesToItsLogOnly() {
        noClasses().should().accessField(System.class, "out").check(PROGRAM);
        noClasses().should().accessField(System.class, "err").check(PROGRAM);
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIsFor() throws IOException {
        for (String root : List.of("src/main/java", "src/test/java")) {
            try (var folders = Files.walk(Path.of(root))) {
                for (Path folder : folders.filter(Files::isDirectory).toList()) {
                    if (hasTypes(folder) && !isMarkedInTheOtherRoot(folder)) {
                        Path info = folder.resolve("package-info.java");
                        assertThat(info).exists();
                        assertThat(Files.readString(info))
                                .as(info.toString())
                                .contains("NullMarked")
                                .contains("/**");
                    }
                }
            }
        }
    }

    private static boolean isMarkedInTheOtherRoot(Path folder) {
        return Files.exists(Path.of(folder.toString().replace("src/test/java", "src/main/java"), "package-info.java"));
    }

    private static boolean hasTypes(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"));
        }
    }

    @Test
    void configurationIsClosedRecords() {
        classes()
                .that()
                .areAnnotatedWith("org.springframework.boot.context.properties.ConfigurationProperties")
                .should()
                .beRecords()
                .check(PROGRAM);
        classes()
                .that()
                .areAnnotatedWith("org.springframework.context.annotation.Configuration")
                .should(be(DescribedPredicate.describe(
                        "closed", type -> !type.getModifiers().contains(JavaModifier.PUBLIC))))
                .check(PROGRAM);
    }
}
