import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's nginx as it is put before a backend: a worker per core, kept connections, streams not buffered, the token swapped. */
final class Nginx {
    private static final String CONFIGURATION = """
        daemon off;
        master_process on;
        worker_processes auto;
        pid nginx.pid;
        error_log error.log warn;
        worker_rlimit_nofile 16384;
        events { worker_connections 8192; }
        http {
            access_log off;
            tcp_nodelay on;
            keepalive_requests 1000000000;
            client_max_body_size 16m;
            client_body_buffer_size 2m;
            client_body_temp_path client_body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            upstream backend {
                server 127.0.0.1:%d;
                keepalive 4096;
                keepalive_requests 1000000000;
            }
            server {
                listen 127.0.0.1:%d backlog=4096;
                location / {
                    proxy_pass http://backend;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Authorization "Bearer %s";
                    proxy_buffering off;
                }
            }
        }
        """;

    final int port;
    private final Process process;

    Nginx(Path prefix, int port, Upstream upstream) throws Exception {
        this.port = port;
        Files.createDirectories(prefix);
        Path file = prefix.resolve("nginx.conf");
        Files.writeString(file, CONFIGURATION.formatted(upstream.port, port, Upstream.TOKEN));
        process = Processes.start(new ProcessBuilder(
                        "nginx", "-p", prefix.toString(), "-c", file.toString(), "-e", "error.log")
                .inheritIO());
        for (int i = 0; ; i++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (java.io.IOException notYet) {
                if (i == 100 || !process.isAlive()) {
                    throw notYet;
                }
                Thread.sleep(20);
            }
        }
    }

    double cpu() {
        return Processes.tree(process.pid());
    }
}
