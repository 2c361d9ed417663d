package io.souk.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HouseModelsTests {
    @Test
    void describesEveryModelWithWhatWasMeasured() {
        assertThat(HouseModels.all()).extracting(HouseModel::id).doesNotHaveDuplicates();
        for (var model : HouseModels.all()) {
            assertThat(model.card())
                    .contains(
                            "## What it is for",
                            "## When not to use it",
                            "## Measured",
                            "## Limits",
                            "## Known failures")
                    .contains("8,192");
            assertThat(model.contextTokens()).isEqualTo(8_192);
            assertThat(model.line()).hasSizeLessThan(120).endsWith(".");
        }
    }

    @Test
    void callsTheSummariserByItsNameAndSaysThatItIsNoChatModel() {
        assertThat(HouseModels.SUMMARISER.title()).isEqualTo("Extractive summariser");
        assertThat(HouseModels.SUMMARISER.card()).contains("not a chat model");
        assertThat(HouseModels.SUMMARISER.maxOutputTokens()).isEqualTo(1_024);
    }
}
