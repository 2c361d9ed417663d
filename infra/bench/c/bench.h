/* What the mock backend and the load client share. Linux only: epoll, and timeouts in nanoseconds. */
#ifndef BENCH_H
#define BENCH_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000L

static inline long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static inline void die(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline struct sockaddr_in loopback(int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static inline void tune(int fd) {
    int on = 1;
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) die("fcntl");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Waits for events, or until a moment of now_ns(); 0 or less waits for events only. */
static inline int wait_until(int epoll, struct epoll_event *events, int most, long moment) {
    if (moment <= 0) return epoll_wait(epoll, events, most, -1);
    long left = moment - now_ns();
    if (left < 0) left = 0;
    struct timespec t = {.tv_sec = left / SECOND, .tv_nsec = left % SECOND};
    return epoll_pwait2(epoll, events, most, &t, NULL);
}

/* The value of a header inside a head of this length, or NULL; the head ends with an empty line. */
static inline const char *header(const char *head, size_t length, const char *name) {
    size_t n = strlen(name);
    const char *end = head + length;
    for (const char *line = memchr(head, '\n', length); line && ++line + n + 1 < end;
         line = memchr(line, '\n', (size_t)(end - line))) {
        if (line[n] == ':' && strncasecmp(line, name, n) == 0) {
            const char *value = line + n + 1;
            while (*value == ' ') value++;
            return value;
        }
    }
    return NULL;
}

/* The length of a head with its empty line, or 0 if it is not whole yet. */
static inline size_t head_length(const char *data, size_t length) {
    const char *end = memmem(data, length, "\r\n\r\n", 4);
    return end ? (size_t)(end - data) + 4 : 0;
}

#endif
