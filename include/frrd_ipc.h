/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages between frrd and its helper frrd-io, over a SOCK_SEQPACKET socketpair:
 * one message a packet, at most FRRD_IPC_MAX bytes.  Both ends are of one build on
 * one machine; the version is there for a helper that was left behind by an upgrade.
 *
 * This file and frrd/ipc/ belong to both programs: libc only, no libfrr, no libevent.
 * See doc/architecture.md, "frrd-io".
 *
 *   frrd -> frrd-io   PROBE_SET PROBE_DEL RUN RUN_KILL PING
 *   frrd-io -> frrd   HELLO RESULTS RUN_DONE PONG LOG
 *
 * frrd-io says HELLO first; frrd answers with every probe it has (PROBE_SET).
 * What is malformed is never half-used: decoding says what is wrong with it, and
 * the receiver ends the connection (frrd then starts a new frrd-io).
 */
#ifndef FRRD_IPC_H
#define FRRD_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRRD_IPC_MAGIC	 0x66727264u /* "frrd" */
#define FRRD_IPC_VERSION 2
#define FRRD_IPC_MAX	 65536

/* Sizes of strings, with the terminating zero. */
#define FRRD_IPC_HOST	 254
#define FRRD_IPC_IFNAME	 16
#define FRRD_IPC_ADDRESS 46
#define FRRD_IPC_LINE	 1024 /* URL, command, path of a file */
#define FRRD_IPC_TEXT	 256  /* a line of text for people */
#define FRRD_IPC_STATUS	 65
#define FRRD_IPC_OUTPUT	 16384 /* what a program wrote, at most; the beginning is kept */
#define FRRD_IPC_ENV	 64    /* variables of a program, at most */

enum frrd_ipc_type {
	FRRD_IPC_HELLO = 1, /* frrd-io is ready */
	FRRD_IPC_PROBE_SET, /* make or change a probe; it starts anew with that */
	FRRD_IPC_PROBE_DEL,
	FRRD_IPC_RESULTS,   /* results of probes, as many as came up in one turn */
	FRRD_IPC_RUN,	    /* run a program once */
	FRRD_IPC_RUN_KILL,  /* end it; RUN_DONE follows all the same */
	FRRD_IPC_RUN_DONE,
	FRRD_IPC_PING,	    /* answered at once by PONG with the same number */
	FRRD_IPC_PONG,
	FRRD_IPC_LOG,	    /* something for frrd's log */
	FRRD_IPC_TYPES,	    /* number of types + 1, not a type */
};

/* Kinds of probes that frrd-io runs. bfd, interface and route are frrd's own. */
enum frrd_ipc_kind {
	FRRD_IPC_ICMP = 1,
	FRRD_IPC_TCP,
	FRRD_IPC_HTTP,
	FRRD_IPC_EXEC,
	FRRD_IPC_KINDS,
};

struct frrd_ipc_hello {
	uint32_t pid;
};

struct frrd_ipc_probe {
	uint32_t id;	     /* chosen by frrd, > 0 */
	uint32_t generation; /* counts the changes; results carry it back */
	uint8_t kind;	     /* enum frrd_ipc_kind */
	uint32_t interval_ms; /* 50..86400000 */
	uint32_t retry_ms;    /* 50..interval_ms: the interval while the state is not settled */
	uint32_t timeout_ms;  /* 10..600000; longer than interval_ms is allowed: runs do not overlap */
	uint8_t jitter;	      /* percent of the interval, 0..50 */
	uint8_t rise, fall;   /* 1..255: how many results in a row settle the state */
	char source_address[FRRD_IPC_ADDRESS]; /* "": any */
	char source_interface[FRRD_IPC_IFNAME]; /* "": any */
	char vrf[FRRD_IPC_IFNAME];		/* "": the default VRF */
	char host[FRRD_IPC_HOST]; /* icmp, tcp: address or name */
	uint16_t port;		  /* tcp */
	uint16_t size;		  /* icmp: bytes of data */
	char url[FRRD_IPC_LINE];  /* http */
	bool head;		  /* http: HEAD in the place of GET */
	char host_header[FRRD_IPC_HOST]; /* http; "": that of the URL */
	char status[FRRD_IPC_STATUS];	 /* http: "200-299,304" */
	char body_match[FRRD_IPC_TEXT];	 /* http; "": any */
	bool tls_verify;
	char tls_ca[FRRD_IPC_LINE]; /* "": the system's */
	char tls_name[FRRD_IPC_HOST]; /* "": host of the URL */
	char tls_cert[FRRD_IPC_LINE];
	char tls_key[FRRD_IPC_LINE];
	char command[FRRD_IPC_LINE]; /* exec: program and arguments, split at blanks */
};

struct frrd_ipc_result {
	uint32_t id;
	uint32_t generation;
	bool good;
	uint32_t latency_us; /* of a good run */
	int64_t at_us;	     /* CLOCK_MONOTONIC at the end of the run */
	char text[FRRD_IPC_TEXT]; /* what was seen: "HTTP 503", "timed out after 150 ms" */
};

struct frrd_ipc_run {
	uint32_t id; /* chosen by frrd, > 0 */
	uint32_t timeout_ms; /* 100..3600000; then SIGTERM, and SIGKILL 1 s later */
	char command[FRRD_IPC_LINE]; /* absolute path and arguments, split at blanks */
	size_t env_count;
	const char *env[FRRD_IPC_ENV]; /* "NAME=value"; decoded: they point into the message */
};

enum frrd_ipc_end {
	FRRD_IPC_EXITED = 1, /* code: exit status */
	FRRD_IPC_SIGNALLED,  /* code: signal */
	FRRD_IPC_TIMED_OUT,
	FRRD_IPC_NOT_RUN,    /* refused or not started; output says why */
	FRRD_IPC_ENDS,
};

struct frrd_ipc_done {
	uint32_t id;
	uint8_t end; /* enum frrd_ipc_end */
	int32_t code;
	uint32_t ran_ms;
	bool truncated; /* output was longer */
	size_t output_length;
	const char *output; /* standard output and error; decoded: points into the message */
};

struct frrd_ipc_log {
	uint8_t priority; /* of syslog: 0..7 */
	char text[FRRD_IPC_TEXT];
};

/* A decoded message. For RESULTS read the results with frrd_ipc_next_result(). */
struct frrd_ipc_message {
	enum frrd_ipc_type type;
	union {
		struct frrd_ipc_hello hello;
		struct frrd_ipc_probe probe; /* PROBE_SET; PROBE_DEL: id */
		struct frrd_ipc_run run;     /* RUN; RUN_KILL: id */
		struct frrd_ipc_done done;
		struct frrd_ipc_log log;
		uint32_t number;	     /* PING, PONG */
		struct {
			uint32_t count;
			const uint8_t *next, *end;
		} results;
	};
};

/* Room for one message that is being encoded. */
struct frrd_ipc_buffer {
	size_t length;
	uint8_t data[FRRD_IPC_MAX];
};

/*
 * Encode a message. They return false and leave the buffer empty when a value is out
 * of range or a string is not terminated: what they accept, decode accepts.
 */
bool frrd_ipc_put_hello(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_hello *hello);
bool frrd_ipc_put_probe(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_probe *probe);
bool frrd_ipc_put_probe_del(struct frrd_ipc_buffer *buffer, uint32_t id);
bool frrd_ipc_put_run(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_run *run);
bool frrd_ipc_put_run_kill(struct frrd_ipc_buffer *buffer, uint32_t id);
bool frrd_ipc_put_done(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_done *done);
bool frrd_ipc_put_number(struct frrd_ipc_buffer *buffer, enum frrd_ipc_type type, uint32_t number);
bool frrd_ipc_put_log(struct frrd_ipc_buffer *buffer, uint8_t priority, const char *text);

/*
 * Results are gathered: begin, then add until it returns false (the message is full:
 * send it, begin anew). A message with no result is not sent.
 */
void frrd_ipc_begin_results(struct frrd_ipc_buffer *buffer);
bool frrd_ipc_add_result(struct frrd_ipc_buffer *buffer, const struct frrd_ipc_result *result);

/* How a program ended, for people: "exit status 1", "ended by signal 9 (Killed)". */
void frrd_ipc_describe_end(const struct frrd_ipc_done *done, char *buffer, size_t size);

/*
 * Decode. `data` has to stay as long as the message is used. Returns NULL, or what is
 * wrong with it as a static English text. Every field of an accepted message is in
 * range and every string terminated; results are checked all.
 */
const char *frrd_ipc_decode(const uint8_t *data, size_t length, struct frrd_ipc_message *ret_message);

/* The next result of a RESULTS message; false: there is none. */
bool frrd_ipc_next_result(struct frrd_ipc_message *message, struct frrd_ipc_result *ret_result);

#endif
