package io.souk;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;

class ModularityTests {
    private static final ApplicationModules MODULES = ApplicationModules.of(Souk.class);

    @Test
    void modulesCallOnlyWhatTheyDeclareAndNeverInACircle() {
        MODULES.verify();
    }

    @Test
    void canBeDrawn() {
        new Documenter(MODULES).writeModulesAsPlantUml().writeIndividualModulesAsPlantUml();
    }
}
