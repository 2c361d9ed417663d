/*
 * A load client: one thread, epoll, keep-alive connections to one port of this machine.
 *
 *   load -p PORT -k FILE [options]
 *
 *   -k FILE      bearer tokens, one a line; each call takes one by chance
 *   -o           take the tokens in order, each once
 *   -c NUMBER    connections (64)
 *   -d SECONDS   how long calls are begun (5); those that run are waited for
 *   -r RATE      open loop: calls per second, latency counted from the moment that a call was due; else closed loop
 *   -b BYTES     size of the prompt (1024)
 *   -x PERCENT   how many of the calls are streams (0)
 *   -e EVENTS    how many events each stream must have (100)
 *   -w SECONDS   closed loop: the connections begin spread over this time (0)
 *   -m MODEL     the model that is asked for (bench)
 *
 * Prints names and numbers, one a line. A call counts as an error unless its answer is a whole 200; a stream is whole
 * if it had all its events in order and its end. Latencies are in microseconds.
 */
#define _GNU_SOURCE
#include "bench.h"
#include <sys/resource.h>
#include <sys/uio.h>

enum { BUFFER = 64 * 1024, LINE = 2048, BATCH = 256, FINE = 7, SLOTS = 58 << FINE, BACKLOG = 1 << 16 };
#define PATIENCE (20 * SECOND)

/* Counts of values by size, to within one percent. */
struct histogram {
    long total, most, slots[SLOTS];
};

enum phase { CLOSED, IDLE, SENDING, HEAD, BODY };

struct conn {
    int fd, stream, status, chunked, complete;
    enum phase phase;
    long since, sent, worst;           /* when the call was due; when it was sent; its latest event's delay */
    struct iovec out[2];               /* head and body, what is left of them */
    char out_head[512];
    char head[8192];                   /* of the answer */
    size_t head_length;
    long left;                         /* bytes of the body, or of the present chunk */
    int chunk_state;                   /* 0 size, 1 data, 2 end of data, 3 trailer */
    long chunk_size;
    int trailer_length;
    char line[LINE];                   /* of the stream */
    size_t line_length;
    int next_event, done;
    long body_bytes;
};

static int poller, port, connections = 64, events_expected = 100, in_order, percent;
static double seconds = 5, rate, ramp;
static size_t prompt_bytes = 1024;
static const char *model = "bench";
static char **tokens;
static size_t token_count, token_next;
static char *bodies[2];
static size_t body_lengths[2];
static struct conn *conns;
static struct conn **idle;
static int idle_count;
static long due[BACKLOG];
static unsigned due_first, due_last;
static struct histogram latency, first_event, transit, stall;
static long begun, finished, in_time, errors, non_200, short_streams, broken, late_drops, streams, last_finish, stop_at;
static unsigned long chance = 88172645463325252UL;

static void count(struct histogram *h, long value) {
    if (value < 0) value = 0;
    if (value > h->most) h->most = value;
    int shift = value < (1 << FINE) ? 0 : 63 - FINE - __builtin_clzl((unsigned long)value);
    long slot = shift == 0 ? value : ((long)shift << FINE) + (value >> shift);
    h->slots[slot < SLOTS ? slot : SLOTS - 1]++;
    h->total++;
}

static double micros(const struct histogram *h, double quantile) {
    long rank = (long)(quantile * (double)h->total + 0.999999), seen = 0;
    if (h->total == 0) return 0;
    if (rank < 1) rank = 1;
    for (long slot = 0; slot < SLOTS; slot++) {
        seen += h->slots[slot];
        if (seen < rank) continue;
        long shift = slot >> FINE;
        if (shift < 2) return (double)slot / 1e3;
        shift--;
        long low = (slot - (shift << FINE)) << shift;
        return ((double)low + (double)(1L << shift) / 2) / 1e3;
    }
    return (double)h->most / 1e3;
}

static unsigned long random_number(void) {
    chance ^= chance << 13;
    chance ^= chance >> 7;
    return chance ^= chance << 17;
}

static void read_tokens(const char *file) {
    FILE *f = fopen(file, "r");
    char text[512];
    size_t room = 0;
    if (!f) die(file);
    while (fgets(text, sizeof text, f)) {
        text[strcspn(text, "\r\n")] = 0;
        if (!text[0]) continue;
        if (token_count == room && !(tokens = realloc(tokens, (room = room * 2 + 64) * sizeof *tokens))) die("realloc");
        tokens[token_count++] = strdup(text);
    }
    fclose(f);
    if (token_count == 0) die("no tokens");
}

/* A prompt of different words: a tokenizer has as much to do as with a person's text. */
static void make_body(int stream) {
    static const char *words[] = {"the", "market", "opens", "early", "and", "every", "caller", "pays", "only", "for",
                                  "what", "was", "weighed", "before", "noon", "prices", "hang", "on", "each", "stall"};
    char *body = malloc(prompt_bytes + 1024);
    if (!body) die("malloc");
    size_t n = (size_t)sprintf(body, "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":256,\"messages\":[{\"role\":\"user\","
                               "\"content\":\"", model, stream ? "true" : "false");
    size_t end = n + (prompt_bytes > n + 8 ? prompt_bytes - n - 4 : 8);
    while (n < end) {
        const char *word = words[random_number() % (sizeof words / sizeof *words)];
        for (; *word && n < end; word++) body[n++] = *word;
        if (n < end) body[n++] = ' ';
    }
    n += (size_t)sprintf(body + n, "\"}]}");
    bodies[stream] = body;
    body_lengths[stream] = n;
}

static void watch(struct conn *c, int writable) {
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | (writable ? EPOLLOUT : 0), .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e) < 0) die("epoll_ctl");
}

static void open_connection(struct conn *c) {
    struct sockaddr_in a = loopback(port);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (void *)&a, sizeof a) < 0) die("connect");
    tune(c->fd);
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e) < 0) die("epoll_ctl");
    c->phase = IDLE;
}

static void close_connection(struct conn *c) {
    close(c->fd);
    c->phase = CLOSED;
}

static void finish(struct conn *c, int whole);

static void flush(struct conn *c) {
    while (c->out[0].iov_len + c->out[1].iov_len > 0) {
        struct msghdr message = {.msg_iov = c->out, .msg_iovlen = 2};
        ssize_t n = sendmsg(c->fd, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            if (c->phase != SENDING) watch(c, 1);
            c->phase = SENDING;
            return;
        }
        if (n < 0) {
            finish(c, 0);
            return;
        }
        for (int i = 0; i < 2; i++) {
            size_t part = (size_t)n < c->out[i].iov_len ? (size_t)n : c->out[i].iov_len;
            c->out[i].iov_base = (char *)c->out[i].iov_base + part;
            c->out[i].iov_len -= part;
            n -= (ssize_t)part;
        }
    }
    if (c->phase == SENDING) watch(c, 0);
    c->phase = HEAD;
}

/* Begins a call on a connection that is free; since is when it was due. */
static void begin(struct conn *c, long since) {
    if (c->phase == CLOSED) open_connection(c);
    const char *token = tokens[in_order ? token_next++ : random_number() % token_count];
    c->stream = (int)(random_number() % 100) < percent;
    int n = snprintf(c->out_head, sizeof c->out_head,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nauthorization: Bearer %s\r\n"
        "content-type: application/json\r\naccept: */*\r\ncontent-length: %zu\r\n\r\n",
        port, token, body_lengths[c->stream]);
    c->out[0] = (struct iovec){.iov_base = c->out_head, .iov_len = (size_t)n};
    c->out[1] = (struct iovec){.iov_base = bodies[c->stream], .iov_len = body_lengths[c->stream]};
    c->since = since;
    c->sent = now_ns();
    c->worst = c->head_length = c->line_length = c->body_bytes = 0;
    c->next_event = c->done = c->complete = c->status = c->trailer_length = 0;
    c->phase = HEAD;
    begun++;
    flush(c);
}

static void finish(struct conn *c, int whole) {
    long now = now_ns();
    finished++;
    last_finish = now;
    if (now <= stop_at) in_time++;
    if (c->stream) streams++;
    int fine = whole && c->status == 200;
    if (fine && c->stream && (c->next_event != events_expected || !c->done)) {
        short_streams++;
        fine = 0;
    } else if (fine && !c->stream && c->body_bytes < 64) {
        fine = 0;
    }
    if (!fine) {
        if (errors++ == 0) {
            fprintf(stderr, "load: the first error has status %d, %d events, %ld bytes: %.*s\n", c->status, c->next_event,
                    c->body_bytes, (int)(c->line_length < 300 ? c->line_length : 300), c->line);
        }
        if (!whole) broken++;
        else if (c->status != 200) non_200++;
    } else {
        count(&latency, now - c->since);
        if (c->stream) count(&stall, c->worst);
    }
    if (whole) c->phase = IDLE;
    else close_connection(c);
    if (rate == 0 && now < stop_at && (!in_order || token_next < token_count)) begin(c, now);
    else if (due_first != due_last && (!in_order || token_next < token_count)) begin(c, due[due_first++ % BACKLOG]);
    else idle[idle_count++] = c;
}

/* One line of a stream. */
static void stream_line(struct conn *c) {
    if (c->line_length < 6 || memcmp(c->line, "data: ", 6) != 0) return;
    c->line[c->line_length] = 0;
    if (strcmp(c->line + 6, "[DONE]") == 0) {
        c->done = 1;
        return;
    }
    const char *stamp = strstr(c->line, "\"t\":\"");
    const char *number = strstr(c->line, "\"n\":\"");
    if (!stamp || !number) return;
    long now = now_ns(), late = now - atol(stamp + 5);
    if (atoi(number + 5) == c->next_event) c->next_event++;
    else c->next_event = -1000000;
    if (c->next_event == 1) count(&first_event, now - c->sent);
    if (late > c->worst) c->worst = late;
    count(&transit, late);
}

static void body(struct conn *c, const char *data, size_t length) {
    c->body_bytes += (long)length;
    if (!c->stream || c->status != 200) {
        for (size_t i = 0; c->status != 200 && i < length && c->line_length < LINE - 1; i++) c->line[c->line_length++] = data[i];
        return;
    }
    while (length > 0) {
        const char *newline = memchr(data, '\n', length);
        size_t part = newline ? (size_t)(newline - data) : length;
        size_t room = LINE - 1 - c->line_length;
        memcpy(c->line + c->line_length, data, part < room ? part : room);
        c->line_length += part < room ? part : room;
        if (!newline) return;
        stream_line(c);
        c->line_length = 0;
        data += part + 1;
        length -= part + 1;
    }
}

/* A piece of a chunked body. False if it is malformed. */
static int chunks(struct conn *c, const char *data, size_t length) {
    for (size_t i = 0; i < length && !c->complete;) {
        if (c->chunk_state == 1) {
            size_t part = (size_t)c->left < length - i ? (size_t)c->left : length - i;
            body(c, data + i, part);
            i += part;
            if ((c->left -= (long)part) == 0) c->chunk_state = 2;
            continue;
        }
        char b = data[i++];
        if (c->chunk_state == 2) {
            if (b == '\n') c->chunk_state = 0, c->chunk_size = 0;
            else if (b != '\r') return 0;
        } else if (c->chunk_state == 0) {
            int digit = b >= '0' && b <= '9' ? b - '0' : (b | 32) >= 'a' && (b | 32) <= 'f' ? (b | 32) - 'a' + 10 : -1;
            if (digit >= 0) c->chunk_size = c->chunk_size * 16 + digit;
            else if (b == '\n') c->left = c->chunk_size, c->chunk_state = c->chunk_size == 0 ? 3 : 1;
            else if (b != '\r') return 0;
        } else {
            if (b == '\n' && c->trailer_length == 0) c->complete = 1;
            else if (b == '\n') c->trailer_length = 0;
            else if (b != '\r') c->trailer_length++;
        }
    }
    return 1;
}

/* Bytes of an answer. False if it is malformed. */
static int take(struct conn *c, const char *data, size_t length) {
    if (c->phase == HEAD || c->phase == SENDING) {
        size_t room = sizeof c->head - c->head_length, before = c->head_length;
        size_t part = length < room ? length : room;
        memcpy(c->head + before, data, part);
        c->head_length += part;
        size_t head = head_length(c->head, c->head_length);
        if (head == 0) return c->head_length < sizeof c->head;
        if (c->head_length < 12 || memcmp(c->head, "HTTP/1.1 ", 9) != 0) return 0;
        c->status = atoi(c->head + 9);
        const char *coding = header(c->head, head, "transfer-encoding");
        const char *announced = header(c->head, head, "content-length");
        c->chunked = coding && strncasecmp(coding, "chunked", 7) == 0;
        if (!c->chunked && !announced) return 0;
        c->left = announced ? atol(announced) : 0;
        c->chunk_state = 0;
        c->chunk_size = 0;
        c->phase = BODY;
        if (!c->chunked && c->left == 0) c->complete = 1;
        data += head - before;
        length -= head - before;
    }
    if (c->chunked) return chunks(c, data, length);
    size_t part = (size_t)c->left < length ? (size_t)c->left : length;
    body(c, data, part);
    if ((c->left -= (long)part) == 0) c->complete = 1;
    return 1;
}

static void readable(struct conn *c) {
    static char buffer[BUFFER];
    ssize_t n = read(c->fd, buffer, sizeof buffer);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (c->phase == IDLE) {
        close_connection(c); /* the other side is free to end a connection that nothing uses */
        return;
    }
    if (n <= 0 || !take(c, buffer, (size_t)n)) finish(c, 0);
    else if (c->complete) finish(c, 1);
}

static void parse(int argc, char **argv) {
    int option;
    while ((option = getopt(argc, argv, "p:k:oc:d:r:b:x:e:w:m:")) >= 0) {
        switch (option) {
            case 'p': port = atoi(optarg); break;
            case 'k': read_tokens(optarg); break;
            case 'o': in_order = 1; break;
            case 'c': connections = atoi(optarg); break;
            case 'd': seconds = atof(optarg); break;
            case 'r': rate = atof(optarg); break;
            case 'b': prompt_bytes = strtoul(optarg, NULL, 10); break;
            case 'x': percent = atoi(optarg); break;
            case 'e': events_expected = atoi(optarg); break;
            case 'w': ramp = atof(optarg); break;
            case 'm': model = optarg; break;
            default: exit(2);
        }
    }
    if (port == 0 || token_count == 0 || connections < 1) {
        fprintf(stderr, "usage: load -p PORT -k FILE [-o] [-c N] [-d S] [-r RATE] [-b BYTES] [-x PERCENT] [-e N] [-w S]\n");
        exit(2);
    }
}

static void print(const char *name, const struct histogram *h) {
    printf("%s_count %ld\n%s_p50 %.1f\n%s_p90 %.1f\n%s_p99 %.1f\n%s_p999 %.1f\n%s_max %.1f\n", name, h->total, name,
           micros(h, 0.5), name, micros(h, 0.9), name, micros(h, 0.99), name, micros(h, 0.999), name, (double)h->most / 1e3);
}

int main(int argc, char **argv) {
    parse(argc, argv);
    chance ^= (unsigned long)now_ns() ^ ((unsigned long)getpid() << 32);
    prctl(PR_SET_TIMERSLACK, 1);
    prctl(PR_SET_PDEATHSIG, 15);
    make_body(0);
    make_body(1);
    poller = epoll_create1(0);
    conns = calloc((size_t)connections, sizeof *conns);
    idle = calloc((size_t)connections, sizeof *idle);
    if (!conns || !idle) die("calloc");

    long start = now_ns(), next = start;
    stop_at = start + (long)(seconds * 1e9);
    if (rate > 0) {
        for (int i = connections - 1; i >= 0; i--) open_connection(&conns[i]), idle[idle_count++] = &conns[i];
        start = next = now_ns();
        stop_at = start + (long)(seconds * 1e9);
    }
    int started = 0;
    struct epoll_event events[BATCH];
    while (1) {
        long now = now_ns();
        long moment = 0;
        if (rate > 0) {
            for (; next <= now && next < stop_at; next = start + (long)((double)(begun + (due_last - due_first) + late_drops) * 1e9 / rate)) {
                if (in_order && token_next == token_count) stop_at = next;
                else if (idle_count > 0) begin(idle[--idle_count], next);
                else if (due_last - due_first < BACKLOG) due[due_last++ % BACKLOG] = next;
                else late_drops++;
            }
            moment = next < stop_at ? next : 0;
        } else {
            for (; started < connections && now < stop_at && (!in_order || token_next < token_count); started++) {
                moment = start + (long)(ramp * 1e9 * started / connections);
                if (moment > now) break;
                moment = 0;
                begin(&conns[started], now);
            }
        }
        if (moment == 0) {
            int over = now >= stop_at || (in_order && token_next == token_count);
            if (over && begun == finished && due_first == due_last) break;
            if (now > stop_at + PATIENCE) break;
            moment = now < stop_at ? stop_at : now + SECOND / 10;
        }
        int n = wait_until(poller, events, BATCH, moment);
        for (int i = 0; i < n; i++) {
            struct conn *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT && c->phase == SENDING) flush(c);
            if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR) && c->phase != CLOSED) readable(c);
        }
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    errors += begun - finished + late_drops;
    printf("calls %ld\nstreams %ld\nerrors %ld\nnon_200 %ld\nshort %ld\nbroken %ld\nunfinished %ld\n", begun, streams, errors,
           non_200, short_streams, broken, begun - finished + late_drops);
    printf("seconds %.3f\nper_second %.1f\n", (double)(last_finish - start) / 1e9, (double)in_time / ((double)(stop_at - start) / 1e9));
    printf("cpu %.3f\n", (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
                             + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
    print("latency", &latency);
    print("first", &first_event);
    print("transit", &transit);
    print("stall", &stall);
    return 0;
}
