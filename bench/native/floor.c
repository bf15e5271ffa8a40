// floor PORT MODEL SCHEDULE: the least that a client can do, for any schedule. One loop; a blocking
// connect and write when a request is due; one read a wake-up, one clock reading a read, and a count
// of the blank lines in it. No HTTP, no JSON. What it costs is the floor for every real client.
//
// SCHEDULE holds one line a request, in due order: due µs, output tokens, bytes of the body.
// Standard output: "zero NS", then "request ROW SENT_NS FIRST_NS LAST_NS EVENTS" for each request,
// instants after zero, then "gap UPPER_NS COUNT" for each bucket of the gaps between events.
// Zero is an instant of CLOCK_MONOTONIC. Events after the last token are not counted.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { GAP_BUCKET_NS = 10000, GAP_BUCKETS = 200000, READ_BYTES = 65536, BATCH = 256 };

struct request {
  int64_t due_ns, sent_ns, first_ns, last_ns;
  int fd, tokens, events, body_bytes;
  char last_byte;
};

static int64_t zero_ns;
static uint32_t gaps[GAP_BUCKETS];

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec - zero_ns;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct request *read_schedule(const char *file, int *count) {
  FILE *in = fopen(file, "r");
  if (!in) fail(file);
  struct request *all = NULL;
  int64_t due_us;
  int n = 0, tokens, bytes;
  while (fscanf(in, "%" SCNd64 " %d %d", &due_us, &tokens, &bytes) == 3) {
    if ((n & (n - 1)) == 0) all = realloc(all, (n ? 2 * n : 1) * sizeof *all);
    all[n++] = (struct request){.due_ns = due_us * 1000, .tokens = tokens, .body_bytes = bytes};
  }
  fclose(in);
  *count = n;
  return all;
}

static void write_whole(int fd, struct iovec *parts, int count) {
  while (count > 0) {
    ssize_t written = writev(fd, parts, count);
    if (written < 0) fail("write");
    while (count > 0 && (size_t)written >= parts->iov_len) written -= parts++->iov_len, count--;
    if (count > 0) parts->iov_base = (char *)parts->iov_base + written, parts->iov_len -= written;
  }
}

static void send_request(struct request *r, int row, int port, const char *model, char *filler) {
  static const char tail[] = "\"}]}";
  char open[512], head[512];
  int open_bytes = snprintf(open, sizeof open,
    "{\"model\":\"%s\",\"stream\":true,\"max_tokens\":%d,\"messages\":[{\"role\":\"user\",\"content\":\"",
    model, r->tokens);
  int fill = r->body_bytes - open_bytes - (int)sizeof tail + 1;
  if (fill < 1) fill = 1;
  int head_bytes = snprintf(head, sizeof head,
    "POST /v1/chat/completions HTTP/1.1\r\nHost: floor\r\nContent-Type: application/json\r\n"
    "X-Request-Id: floor-%d\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
    row, open_bytes + fill + (int)sizeof tail - 1);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int one = 1;
  r->fd = socket(AF_INET, SOCK_STREAM, 0);
  if (r->fd < 0) fail("socket");
  setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  r->sent_ns = now_ns();
  if (connect(r->fd, (void *)&to, sizeof to)) fail("connect");
  struct iovec parts[] = {{head, head_bytes}, {open, open_bytes}, {filler, fill}, {(char *)tail, sizeof tail - 1}};
  write_whole(r->fd, parts, 4);
  fcntl(r->fd, F_SETFL, O_NONBLOCK);
}

// Returns 1 when the answer has ended.
static int read_some(struct request *r) {
  // One byte before the read: the end of an event may have come with the read before.
  static char buffer[1 + READ_BYTES];
  ssize_t got = read(r->fd, buffer + 1, READ_BYTES);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (got <= 0) {
    close(r->fd);
    return 1;
  }
  int64_t at_ns = now_ns();
  buffer[0] = r->last_byte;
  r->last_byte = buffer[got];
  char *end = buffer + 1 + got;
  for (char *p = buffer; (p = memmem(p, end - p, "\n\n", 2)); p += 2) {
    if (r->events == r->tokens) break;
    if (r->events++ == 0) r->first_ns = at_ns;
    else {
      int64_t bucket = (at_ns - r->last_ns) / GAP_BUCKET_NS;
      gaps[bucket < GAP_BUCKETS ? bucket : GAP_BUCKETS - 1]++;
    }
    r->last_ns = at_ns;
    if (p + 2 == end) r->last_byte = 0;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: floor PORT MODEL SCHEDULE\n");
    return 2;
  }
  int count, sent = 0, done = 0, largest = 1;
  struct request *all = read_schedule(argv[3], &count);
  for (int i = 0; i < count; i++) if (all[i].body_bytes > largest) largest = all[i].body_bytes;
  char *filler = malloc(largest);
  memset(filler, 'x', largest);
  int poll = epoll_create1(0);
  struct epoll_event events[BATCH];
  zero_ns = now_ns() + 50000000;
  while (done < count) {
    int64_t wait_ns = sent < count ? all[sent].due_ns - now_ns() : 100000000;
    if (wait_ns <= 0) {
      // One send, then a look at what has come: a burst does not stop the reading.
      send_request(&all[sent], sent, atoi(argv[1]), argv[2], filler);
      struct epoll_event e = {.events = EPOLLIN, .data.u32 = sent};
      epoll_ctl(poll, EPOLL_CTL_ADD, all[sent].fd, &e);
      sent++;
      wait_ns = 0;
    }
    struct timespec timeout = {wait_ns / 1000000000, wait_ns % 1000000000};
    int ready = epoll_pwait2(poll, events, BATCH, &timeout, NULL);
    for (int i = 0; i < ready; i++) done += read_some(&all[events[i].data.u32]);
  }
  printf("zero %" PRId64 "\n", zero_ns);
  for (int i = 0; i < count; i++)
    printf("request %d %" PRId64 " %" PRId64 " %" PRId64 " %d\n", i, all[i].sent_ns, all[i].first_ns, all[i].last_ns, all[i].events);
  for (int i = 0; i < GAP_BUCKETS; i++)
    if (gaps[i]) printf("gap %" PRId64 " %u\n", (int64_t)(i + 1) * GAP_BUCKET_NS, gaps[i]);
  return 0;
}
