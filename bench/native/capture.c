// capture PORT FILE MEGABYTES: every packet of a TCP port of the loopback interface, with the
// kernel's stamp of its arrival. The packets stay in the kernel's ring until the capture is told to
// end, so that it costs the machine nothing but the copies. Needs CAP_NET_RAW.
//
// Writes "ready" when it captures. When standard input ends, it writes the packets with a payload,
// and those that open a connection, to FILE, then "packets COUNT dropped COUNT clock_ns WIDTH":
// all that the ring had no room for, and how exactly the two clocks were brought together.
// A packet is, little-endian: CLOCK_MONOTONIC u64 ns, sequence u32, port of the client u16, flags
// u16 (1: to the server, 2: SYN, 4: FIN or RST), payload u32 bytes, captured u32 bytes, those bytes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// A request is told by its head; of an answer every byte is needed.
enum { BLOCK_BYTES = 4 << 20, FRAME_BYTES = 1 << 11, REQUEST_BYTES = 1500, ANSWER_BYTES = 262144 };
enum { IP_BYTES = 20, TO_SERVER = 1, OPENS = 2, CLOSES = 4 };

struct clocks {
  int64_t monotonic_ns, wall_ns, width_ns;
};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// The tightest of some readings of both clocks.
static struct clocks read_clocks(void) {
  struct clocks best = {.width_ns = INT64_MAX};
  for (int i = 0; i < 100; i++) {
    int64_t before = now_ns(CLOCK_MONOTONIC);
    int64_t wall = now_ns(CLOCK_REALTIME);
    int64_t width = now_ns(CLOCK_MONOTONIC) - before;
    if (width < best.width_ns) best = (struct clocks){before + width / 2, wall, width};
  }
  return best;
}

static void put(FILE *out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) fputc((value >> (8 * i)) & 0xff, out);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: capture PORT FILE MEGABYTES\n");
    return 2;
  }
  uint32_t port = atoi(argv[1]);
  int fd = socket(AF_PACKET, SOCK_DGRAM, 0);
  if (fd < 0) fail("Cannot capture");
  // Every packet of the loopback interface comes twice, once on its way out.
  int version = TPACKET_V3, one = 1;
  if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one)) fail("outgoing");
  if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version)) fail("version");
  struct sock_filter program[] = {
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 6),
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, IP_BYTES + 2),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, REQUEST_BYTES),
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, IP_BYTES),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, ANSWER_BYTES),
    BPF_STMT(BPF_RET | BPF_K, 0),
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter)) fail("filter");
  uint32_t blocks = (uint32_t)atoi(argv[3]) * (1 << 20) / BLOCK_BYTES;
  struct tpacket_req3 ring = {
    .tp_block_size = BLOCK_BYTES, .tp_block_nr = blocks, .tp_frame_size = FRAME_BYTES,
    .tp_frame_nr = BLOCK_BYTES / FRAME_BYTES * blocks, .tp_retire_blk_tov = 100,
  };
  if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring)) fail("ring");
  size_t bytes = (size_t)BLOCK_BYTES * blocks;
  char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) fail("mmap");
  struct sockaddr_ll on = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP)};
  on.sll_ifindex = if_nametoindex("lo");
  struct clocks start = read_clocks();
  if (bind(fd, (void *)&on, sizeof on)) fail("bind");
  printf("ready\n");
  fflush(stdout);

  char rest[64];
  while (read(STDIN_FILENO, rest, sizeof rest) > 0);
  // The block under way is handed over by the kernel's timer.
  usleep(300000);
  struct clocks end = read_clocks();
  double rate = (double)(end.monotonic_ns - start.monotonic_ns) / (end.wall_ns - start.wall_ns);
  FILE *out = fopen(argv[2], "w");
  if (!out) fail(argv[2]);
  static char buffer[1 << 20];
  setvbuf(out, buffer, _IOFBF, sizeof buffer);
  uint64_t packets = 0;
  for (uint32_t b = 0; b < blocks; b++) {
    struct tpacket_block_desc *block = (void *)(memory + (size_t)b * BLOCK_BYTES);
    if (!(block->hdr.bh1.block_status & TP_STATUS_USER)) break;
    char *at = (char *)block + block->hdr.bh1.offset_to_first_pkt;
    for (uint32_t i = 0; i < block->hdr.bh1.num_pkts; i++) {
      struct tpacket3_hdr *head = (void *)at;
      unsigned char *ip = (unsigned char *)at + head->tp_net, *tcp = ip + IP_BYTES;
      uint32_t header = IP_BYTES + (tcp[12] >> 4) * 4, seq;
      uint32_t payload = head->tp_len > header ? head->tp_len - header : 0;
      uint32_t captured = head->tp_snaplen > header ? head->tp_snaplen - header : 0;
      int source = tcp[0] << 8 | tcp[1], to_server = (uint32_t)(tcp[2] << 8 | tcp[3]) == port;
      int client = to_server ? source : tcp[2] << 8 | tcp[3];
      int flags = (to_server ? TO_SERVER : 0) | (tcp[13] & 2 ? OPENS : 0) | (tcp[13] & 5 ? CLOSES : 0);
      memcpy(&seq, tcp + 4, 4);
      int64_t wall_ns = (int64_t)head->tp_sec * 1000000000 + head->tp_nsec;
      if (payload > 0 || flags & OPENS) {
        put(out, start.monotonic_ns + (int64_t)((wall_ns - start.wall_ns) * rate), 8);
        put(out, ntohl(seq), 4);
        put(out, client, 2);
        put(out, flags, 2);
        put(out, payload, 4);
        put(out, captured, 4);
        fwrite(ip + header, 1, captured, out);
        packets++;
      }
      at += head->tp_next_offset;
    }
  }
  if (fclose(out)) fail(argv[2]);
  struct tpacket_stats_v3 stats;
  socklen_t size = sizeof stats;
  if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size)) fail("statistics");
  printf("packets %" PRIu64 " dropped %u clock_ns %" PRId64 "\n", packets, stats.tp_drops,
         start.width_ns > end.width_ns ? start.width_ns : end.width_ns);
  return 0;
}
