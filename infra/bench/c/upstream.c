/*
 * A mock backend with the wire form of OpenAI's chat completions: one thread, epoll, HTTP/1.1 with keep-alive.
 *
 *   upstream PORT TOKEN
 *
 * A POST whose body says "stream":true is answered with numbered events that carry the CLOCK_MONOTONIC nanosecond of
 * their own send, one send per event; any other POST with a plain answer. Every POST must carry TOKEN as its bearer.
 *
 *   GET /set?events=100&gap_us=50000&reply=1024   what streams and plain answers are from now on
 *   GET /stats                                    what it has seen since its start, a name and a number per line
 *
 * Any other GET is taken for a probe and answered with a list of models.
 */
#define _GNU_SOURCE
#include "bench.h"

enum { KEPT = 16 * 1024, MAX_OUT = 8 << 20, BATCH = 256 };

struct conn {
    int fd;
    struct conn *before, *after; /* in the line of streams that wait for their next event */
    long due;
    char in[KEPT]; /* the head and the beginning of the body; the rest of a long body is counted only */
    size_t in_length, skip;
    char *out; /* what the socket did not take */
    size_t out_length, out_sent, out_room;
    int writable_wanted, waiting;
    int streaming, usage, next_event, events;
    long gap;
};

static int poller;
static char token[128];
static long gap_ns, reply_bytes = 1024;
static int stream_events = 100;
static long calls, streams, streams_done, bad_auth, hung_up, probes, events_sent;
static char padding[1 << 16];
static struct conn line = {.before = &line, .after = &line};

static void leave_line(struct conn *c) {
    if (!c->waiting) return;
    c->before->after = c->after;
    c->after->before = c->before;
    c->waiting = 0;
}

/* All gaps are equal, so who comes last is due last. */
static void join_line(struct conn *c, long due) {
    c->due = due;
    c->before = line.before;
    c->after = &line;
    line.before->after = c;
    line.before = c;
    c->waiting = 1;
}

static void drop(struct conn *c) {
    if (c->streaming) hung_up++;
    leave_line(c);
    close(c->fd);
    free(c->out);
    free(c);
}

static void want_writable(struct conn *c, int wanted) {
    if (c->writable_wanted == wanted) return;
    c->writable_wanted = wanted;
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | (wanted ? EPOLLOUT : 0), .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e) < 0) die("epoll_ctl");
}

/* Sends, and keeps what the socket does not take. False if the connection is broken or its reader too far behind. */
static int say(struct conn *c, const char *data, size_t length) {
    if (c->out_length == c->out_sent) {
        ssize_t sent = send(c->fd, data, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return 0;
        if (sent > 0) data += sent, length -= (size_t)sent;
        c->out_length = c->out_sent = 0;
    }
    if (length == 0) return 1;
    if (c->out_length + length > MAX_OUT) return 0;
    if (c->out_length + length > c->out_room) {
        c->out_room = (c->out_length + length) * 2;
        c->out = realloc(c->out, c->out_room);
        if (!c->out) die("realloc");
    }
    memcpy(c->out + c->out_length, data, length);
    c->out_length += length;
    want_writable(c, 1);
    return 1;
}

static int is_behind(struct conn *c) { return c->out_length > c->out_sent; }

static int say_event(struct conn *c) {
    char event[320], framed[400];
    int length = snprintf(event, sizeof event,
        "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
        "\"model\":\"upstream\",\"t\":\"%019ld\",\"n\":\"%06d\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},"
        "\"finish_reason\":null}]}\n\n", now_ns(), c->next_event);
    int whole = snprintf(framed, sizeof framed, "%x\r\n%s\r\n", length, event);
    c->next_event++;
    events_sent++;
    return say(c, framed, (size_t)whole);
}

static int say_end(struct conn *c) {
    char tail[900], framed[1000], usage[320] = "";
    const char *start = "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                        "\"model\":\"upstream\",";
    if (c->usage)
        snprintf(usage, sizeof usage, "data: %s\"choices\":[],\"usage\":{\"prompt_tokens\":200,"
                 "\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n", start, c->events, 200 + c->events);
    int length = snprintf(tail, sizeof tail, "data: %s\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
                          "\"stop\"}]}\n\n%sdata: [DONE]\n\n", start, usage);
    int whole = snprintf(framed, sizeof framed, "%x\r\n%s\r\n0\r\n\r\n", length, tail);
    c->streaming = 0;
    streams_done++;
    return say(c, framed, (size_t)whole);
}

/* Goes on with a stream as far as time and socket allow. */
static int go_on(struct conn *c) {
    while (c->next_event < c->events) {
        if (c->gap == 0 && is_behind(c)) return 1;
        if (!say_event(c)) return 0;
        if (c->gap > 0) {
            join_line(c, now_ns() + c->gap);
            return 1;
        }
    }
    return say_end(c);
}

static int begin_stream(struct conn *c, const char *body, size_t length) {
    static const char head[] = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                               "transfer-encoding: chunked\r\n\r\n";
    streams++;
    c->streaming = 1;
    c->next_event = 0;
    c->events = stream_events;
    c->gap = gap_ns;
    c->usage = memmem(body, length, "\"include_usage\":true", 20) != NULL;
    return say(c, head, sizeof head - 1) && go_on(c);
}

static int answer(struct conn *c, int status, const char *type, const char *body, size_t length) {
    char out[KEPT + sizeof padding];
    int n = snprintf(out, sizeof out, "HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %zu\r\n\r\n",
                     status, status == 200 ? "OK" : "Refused", type, length);
    memcpy(out + n, body, length);
    return say(c, out, (size_t)n + length);
}

static int answer_plain(struct conn *c) {
    char body[KEPT + sizeof padding];
    int n = snprintf(body, sizeof body,
        "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1700000000,\"model\":\"upstream\","
        "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%.*s\"},\"finish_reason\":"
        "\"stop\"}],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":100,\"total_tokens\":300}}",
        (int)(reply_bytes > 280 ? reply_bytes - 280 : 0), padding);
    return answer(c, 200, "application/json", body, (size_t)n);
}

static long asked(const char *query, const char *name, long otherwise) {
    const char *at = strstr(query, name);
    return at ? atol(at + strlen(name)) : otherwise;
}

static int answer_get(struct conn *c, char *path) {
    char text[512];
    char *end = strchr(path, ' ');
    if (end) *end = 0;
    if (strncmp(path, "/set?", 5) == 0) {
        stream_events = (int)asked(path, "events=", stream_events);
        gap_ns = asked(path, "gap_us=", gap_ns / 1000) * 1000;
        reply_bytes = asked(path, "reply=", reply_bytes);
        if (reply_bytes > (long)sizeof padding) reply_bytes = sizeof padding;
        return answer(c, 200, "text/plain", "ok\n", 3);
    }
    if (strcmp(path, "/stats") == 0) {
        int n = snprintf(text, sizeof text, "calls %ld\nstreams %ld\nstreams_done %ld\nbad_auth %ld\nhung_up %ld\n"
                         "probes %ld\nevents %ld\n",
                         calls, streams, streams_done, bad_auth, hung_up, probes, events_sent);
        return answer(c, 200, "text/plain", text, (size_t)n);
    }
    probes++;
    const char *models = "{\"object\":\"list\",\"data\":[{\"id\":\"upstream\",\"object\":\"model\",\"owned_by\":\"bench\"}]}";
    return answer(c, 200, "application/json", models, strlen(models));
}

/* A whole request is there. */
static int serve(struct conn *c, size_t head) {
    c->in[c->in_length < KEPT ? c->in_length : KEPT - 1] = 0;
    if (strncmp(c->in, "GET ", 4) == 0) return answer_get(c, c->in + 4);
    const char *authorization = header(c->in, head, "authorization");
    size_t n = strlen(token);
    calls++;
    if (!authorization || strncmp(authorization, "Bearer ", 7) != 0 || strncmp(authorization + 7, token, n) != 0
        || authorization[7 + n] != '\r') {
        bad_auth++;
        return answer(c, 401, "application/json", "{\"error\":{\"message\":\"bad token\"}}", 33);
    }
    const char *body = c->in + head;
    size_t length = c->in_length - head;
    return memmem(body, length, "\"stream\":true", 13) ? begin_stream(c, body, length) : answer_plain(c);
}

/* Reads what there is, and serves at most one request: callers of this server do not pipeline. */
static int readable(struct conn *c) {
    static char scratch[1 << 18];
    while (1) {
        int full = c->in_length >= KEPT - 1;
        ssize_t n = full ? read(c->fd, scratch, sizeof scratch)
                         : read(c->fd, c->in + c->in_length, KEPT - 1 - c->in_length);
        if (n == 0) return 0;
        if (n < 0) return errno == EAGAIN || errno == EINTR;
        if (full) {
            if ((size_t)n > c->skip) return 0;
            c->skip -= (size_t)n;
        } else {
            c->in_length += (size_t)n;
        }
        size_t head = head_length(c->in, c->in_length);
        if (head == 0) {
            if (full) return 0;
            continue;
        }
        const char *announced = header(c->in, head, "content-length");
        size_t whole = head + (announced ? strtoul(announced, NULL, 10) : 0);
        if (!full) {
            if (c->in_length < whole && c->in_length < KEPT - 1) continue;
            c->skip = whole - c->in_length;
        }
        if (c->skip > 0) continue;
        int fine = serve(c, head);
        c->in_length = 0;
        if (!fine) return 0;
    }
}

static int writable(struct conn *c) {
    ssize_t n = send(c->fd, c->out + c->out_sent, c->out_length - c->out_sent, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN;
    c->out_sent += (size_t)n;
    if (is_behind(c)) return 1;
    want_writable(c, 0);
    return !c->streaming || c->gap > 0 || go_on(c);
}

static void accept_all(int server) {
    int fd;
    while ((fd = accept(server, NULL, NULL)) >= 0) {
        tune(fd);
        struct conn *c = calloc(1, sizeof *c);
        if (!c) die("calloc");
        c->fd = fd;
        struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = c};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e) < 0) die("epoll_ctl");
    }
}

int main(int argc, char **argv) {
    if (argc != 3 || strlen(argv[2]) >= sizeof token) {
        fprintf(stderr, "usage: upstream PORT TOKEN\n");
        return 2;
    }
    strcpy(token, argv[2]);
    memset(padding, 'a', sizeof padding);
    for (size_t i = 5; i < sizeof padding; i += 6) padding[i] = ' ';
    prctl(PR_SET_TIMERSLACK, 1);
    prctl(PR_SET_PDEATHSIG, 15);

    int server = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in a = loopback(atoi(argv[1]));
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (server < 0 || bind(server, (void *)&a, sizeof a) < 0 || listen(server, 4096) < 0) die("listen");
    if (fcntl(server, F_SETFL, O_NONBLOCK) < 0) die("fcntl");
    poller = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL}, events[BATCH];
    if (epoll_ctl(poller, EPOLL_CTL_ADD, server, &e) < 0) die("epoll_ctl");

    while (1) {
        int n = wait_until(poller, events, BATCH, line.after == &line ? 0 : line.after->due);
        for (int i = 0; i < n; i++) {
            struct conn *c = events[i].data.ptr;
            if (!c) {
                accept_all(server);
                continue;
            }
            int fine = 1;
            if (events[i].events & EPOLLOUT) fine = writable(c);
            if (fine && events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) fine = readable(c);
            if (!fine) drop(c);
        }
        for (long now = now_ns(); line.after != &line && line.after->due <= now;) {
            struct conn *c = line.after;
            leave_line(c);
            if (!go_on(c)) drop(c);
        }
    }
}
