package io.souk.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.souk.gateway.relay.CallEnd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plain HTTP and bare sockets, for what no SDK would send. */
final class Wire {
    static final String CHAT = "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    static final String STREAM =
            "{\"model\":\"demo\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    static final String ANSWER =
            "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":7,\"model\":\"vendor/real-name\","
                    + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Fine.\"},"
                    + "\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15}}";
    static final String DONE = "data: [DONE]\n\n";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Wire() {}

    static String chunk(String content) {
        return "data: {\"id\":\"c1\",\"created\":7,\"model\":\"vendor/real-name\",\"choices\":[{\"index\":0,"
                + "\"delta\":{\"content\":\"" + content + "\"},\"finish_reason\":null}],\"usage\":null}\n\n";
    }

    static String finish() {
        return "data: {\"id\":\"c1\",\"created\":7,\"model\":\"vendor/real-name\",\"choices\":[{\"index\":0,"
                + "\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n";
    }

    static String usage(long prompt, long completion) {
        return "data: {\"id\":\"c1\",\"created\":7,\"model\":\"vendor/real-name\",\"choices\":[],\"usage\":"
                + "{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + "}}\n\n";
    }

    static HttpRequest.Builder request(Gateways gateway, String path) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .timeout(Duration.ofSeconds(20))
                .header("authorization", "Bearer " + FakeCalls.KEY);
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    static HttpResponse<String> post(Gateways gateway, String path, String body) {
        return send(request(gateway, path)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    static HttpResponse<String> chat(Gateways gateway, String body) {
        return post(gateway, "/v1/chat/completions", body);
    }

    /** The error of an answer, which must have OpenAI's shape. */
    static JsonNode error(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(error.path("message").stringValue()).isNotBlank().doesNotContain(Gateways.CREDENTIAL);
        return error;
    }

    static CallEnd end(Gateways gateway) {
        await().atMost(Duration.ofSeconds(5)).until(() -> !gateway.calls.ends.isEmpty());
        assertThat(gateway.calls.ends).hasSize(1);
        return gateway.calls.ends.element();
    }

    /** A caller that can stop in the middle of anything. */
    static final class Bare implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Bare(Gateways gateway) {
            try {
                socket = new Socket("127.0.0.1", gateway.port);
                socket.setSoTimeout(10_000);
                in = new java.io.BufferedInputStream(socket.getInputStream(), 64 * 1024);
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }

        /** Says that nothing more comes, and still reads. */
        Bare halfClose() {
            try {
                socket.shutdownOutput();
                return this;
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }

        /** Waits longer than the usual ten seconds for what it reads. */
        Bare patience(Duration atMost) {
            try {
                socket.setSoTimeout(Math.toIntExact(atMost.toMillis()));
                return this;
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }

        static String head(String path, int length) {
            return "POST " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + FakeCalls.KEY
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + length + "\r\n\r\n";
        }

        Bare send(String text) {
            return send(text.getBytes(StandardCharsets.UTF_8));
        }

        Bare send(byte[] bytes) {
            try {
                OutputStream out = socket.getOutputStream();
                out.write(bytes);
                out.flush();
                return this;
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }

        Bare chat(String body) {
            return send(head("/v1/chat/completions", body.getBytes(StandardCharsets.UTF_8).length) + body);
        }

        /** Reads until the text was seen and gives the last of what was read; fails if the connection ends before. */
        String readUntil(String text) {
            StringBuilder read = new StringBuilder();
            try {
                while (read.length() < text.length() || read.indexOf(text, read.length() - text.length()) < 0) {
                    int b = in.read();
                    if (b < 0) {
                        throw new AssertionError("the connection ended after: " + read);
                    }
                    read.append((char) b);
                    if (read.length() > 20_000) {
                        read.delete(0, 10_000);
                    }
                }
                return read.toString();
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException("after: " + read, failed);
            }
        }

        /** Reads to the end of the connection. */
        String readAll() {
            StringBuilder read = new StringBuilder();
            try {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    read.append((char) b);
                }
            } catch (IOException reset) {
                read.append("(reset)");
            }
            return read.toString();
        }

        /** What has arrived by now. */
        int waiting() {
            try {
                return in.available();
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }
    }
}
