/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the answer of a web server, in whatever pieces it comes, and looks for a text
 * in its body. It keeps nothing of the answer but what it has to know: memory is the
 * same for every answer. No socket, no allocation: it is fuzzed alone.
 *
 * It is strict, because a health check that understands half of an answer says "good"
 * where a browser would show an error: HTTP/1.0 and 1.1 only (RFC 9112), no folded
 * fields, no contradicting lengths, and a body has to be whole.
 */
#ifndef FRRD_IO_HTTP_ANSWER_H
#define FRRD_IO_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frrd_ipc.h"

#define IO_ANSWER_HEADER 16384 /* bytes of all lines before the body, and behind a chunked one */
#define IO_ANSWER_BODY	 65536 /* bytes of the body that are looked at */
#define IO_ANSWER_LINE	 512   /* what is kept of one line */

/* A text to be found: Knuth, Morris, Pratt; the table says where to go on. */
struct io_match {
	size_t length; /* 0: everything matches */
	char text[FRRD_IPC_TEXT];
	uint8_t back[FRRD_IPC_TEXT];
};

enum io_answer_result {
	IO_ANSWER_MORE,	 /* there is more to come */
	IO_ANSWER_WHOLE, /* nothing more has to be read */
	IO_ANSWER_BAD,	 /* not an answer; `error` says why */
};

enum io_answer_place {
	IO_ANSWER_IN_STATUS,
	IO_ANSWER_IN_FIELDS,
	IO_ANSWER_IN_LENGTH,	 /* a body of known length */
	IO_ANSWER_IN_CLOSE,	 /* a body up to the end of the connection */
	IO_ANSWER_IN_CHUNK_SIZE,
	IO_ANSWER_IN_CHUNK,
	IO_ANSWER_IN_CHUNK_END,
	IO_ANSWER_IN_TRAILER,
	IO_ANSWER_AT_END,
};

struct io_answer {
	/* For the caller. */
	unsigned int status;	/* 100..599 once header_done; interim answers (1xx) are skipped */
	bool header_done;
	bool matched;		/* the text was found */
	uint64_t body;		/* bytes of the body that were looked at */
	const char *error;	/* static */

	/* Private. */
	enum io_answer_place place;
	enum io_answer_result result;
	bool head; /* of the request: there is no body */
	bool after_cr;
	bool http10;
	bool has_length, chunked;
	uint64_t left; /* bytes of the body, or of the chunk */
	size_t header; /* bytes of lines so far */
	const struct io_match *match;
	size_t match_at;
	size_t line_length; /* of the whole line; only the first IO_ANSWER_LINE are there */
	char line[IO_ANSWER_LINE];
};

/* `text` is shorter than FRRD_IPC_TEXT; "": everything matches. */
void io_match_prepare(struct io_match *ret_match, const char *text);

/* `head`: this answers a HEAD. `match` has to stay. */
void io_answer_begin(struct io_answer *answer, bool head, const struct io_match *match);

/* The next bytes. After WHOLE or BAD it takes no more and says the same again. */
enum io_answer_result io_answer_feed(struct io_answer *answer, const void *data, size_t length);

/* The server has closed the connection: WHOLE or BAD. */
enum io_answer_result io_answer_eof(struct io_answer *answer);

#endif
