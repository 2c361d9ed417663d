package io.souk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The README's table is what the modules' properties records and application.yaml say, and nothing else. */
class ConfigurationTableTests {
    private static final String BEGIN = "<!-- configuration: begin -->\n";
    private static final String END = "<!-- configuration: end -->";

    @Test
    void readmeNamesEachSettingWithItsDefault() throws IOException {
        Path readme = Path.of("README.md");
        String text = Files.readString(readme);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        String written = text.substring(begin, end);
        String table = table();
        if ("write".equals(System.getProperty("souk.readme"))) {
            Files.writeString(readme, text.substring(0, begin) + table + text.substring(end));
            return;
        }
        assertThat(written)
                .as("the table is out of date; mvn test -Dtest=ConfigurationTableTests -Dsouk.readme=write writes it")
                .isEqualTo(table);
    }

    @Test
    void yamlSetsNothingThatNoRecordReads() throws IOException {
        assertThat(yaml().keySet()).allSatisfy(name -> assertThat(settings()).containsKey(name));
    }

    private static String table() throws IOException {
        return settings().values().stream()
                .collect(Collectors.joining("", "| Variable | Default | What it is |\n|---|---|---|\n", ""));
    }

    private static Map<String, String> settings() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        Map<String, String> yaml = yaml();
        try (InputStream metadata = Objects.requireNonNull(
                ConfigurationTableTests.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            for (JsonNode setting :
                    JsonMapper.builder().build().readTree(metadata).path("properties")) {
                String name = setting.path("name").asString();
                String variable =
                        name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
                String standard = yaml.getOrDefault(name, text(setting.path("defaultValue")));
                String what = setting.path("description")
                        .asString("")
                        .replaceAll("\\{@code ([^}]*)}", "`$1`")
                        .replaceAll("\\s+", " ")
                        .replace("|", "\\|");
                rows.putIfAbsent(
                        name,
                        "| `" + variable + "` | " + (standard.isBlank() ? "" : "`" + standard + "`") + " | " + what
                                + " |\n");
            }
        }
        return rows;
    }

    private static String text(JsonNode standard) {
        return standard.isMissingNode() || standard.isNull() || standard.isArray()
                ? ""
                : standard.isString() ? standard.asString() : standard.toString();
    }

    private static Map<String, String> yaml() {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        Map<String, String> set = new TreeMap<>();
        Objects.requireNonNull(yaml.getObject()).forEach((name, value) -> {
            if (name.toString().startsWith("souk.")) {
                set.put(name.toString(), value.toString());
            }
        });
        return set;
    }
}
