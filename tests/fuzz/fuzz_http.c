// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target: answers of web servers, and what is asked of them. The first line of the
 * input says how: one byte of flags, a URL, a blank, a text to be found; the rest is
 * the answer.
 *
 * Beside what the sanitizers find: an answer means the same in whatever pieces it comes,
 * limits hold, and the text is found exactly where a plain search finds it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frrd/io/io_http.h"
#include "frrd/io/io_http_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what);         \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Flags. */
#define FLAG_HEAD  1
#define FLAG_EOF   2
#define FLAG_MATCH 4

static void check_request(const char *text, bool head)
{
	char request[IO_HTTP_REQUEST];
	struct io_http_url url;
	struct io_http_status status;
	size_t length, lines = 0;

	if (!io_http_status_parse(text, &status))
		CHECK(!*text || strspn(text, "0123456789,-") == strlen(text));
	if (io_http_url_parse(text, &url))
		return;
	CHECK(*url.host && url.port && url.path[0] == '/');
	length = io_http_request(request, &url, head, "");
	CHECK(length == strlen(request) && length < sizeof(request));
	/* Nothing in a URL becomes a line of its own. */
	for (const char *p = request; (p = strchr(p, '\n')); p++)
		lines++;
	CHECK(lines == 7 && strcmp(request + length - 4, "\r\n\r\n") == 0);
}

static void check_state(const struct io_answer *answer, enum io_answer_result result)
{
	CHECK(answer->body <= IO_ANSWER_BODY);
	CHECK((result == IO_ANSWER_BAD) == (answer->error != NULL));
	CHECK(!answer->header_done || (answer->status >= 200 && answer->status <= 599));
	CHECK(result != IO_ANSWER_WHOLE || answer->header_done);
}

static enum io_answer_result feed(struct io_answer *answer, const uint8_t *data, size_t size, size_t piece,
				  bool eof)
{
	enum io_answer_result result = IO_ANSWER_MORE;

	for (size_t at = 0; at < size && result == IO_ANSWER_MORE; at += piece) {
		/* A copy of exact size: reading beyond it is seen. */
		size_t length = size - at < piece ? size - at : piece;
		uint8_t *copy = malloc(length);

		CHECK(copy);
		memcpy(copy, data + at, length);
		result = io_answer_feed(answer, copy, length);
		free(copy);
		check_state(answer, result);
	}
	if (eof) {
		result = io_answer_eof(answer);
		CHECK(result != IO_ANSWER_MORE);
		check_state(answer, result);
	}
	return result;
}

/* A text is found in a body that ends with the connection, which is all of the rest. */
static void check_match(const char *text, const uint8_t *data, size_t size)
{
	static const char header[] = "HTTP/1.1 200 OK\r\n\r\n";
	size_t looked = size < IO_ANSWER_BODY ? size : IO_ANSWER_BODY;
	struct io_answer answer;
	struct io_match match;

	io_match_prepare(&match, text);
	io_answer_begin(&answer, false, &match);
	CHECK(io_answer_feed(&answer, header, sizeof(header) - 1) == IO_ANSWER_MORE);
	feed(&answer, data, size, 7, true);
	CHECK(answer.matched == (memmem(data, looked, text, strlen(text)) != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = { 1, 2, 3, 5, 17, 512, 4096 };
	char line[FRRD_IPC_LINE] = "", *blank;
	struct io_answer whole, parts;
	struct io_match match;
	const uint8_t *end = memchr(data, '\n', size);
	size_t length = end ? end - data : 0;
	uint8_t flags = size ? data[0] : 0;
	enum io_answer_result result;

	if (length > 1 && length < sizeof(line) && !memchr(data, '\0', length))
		memcpy(line, data + 1, length - 1);
	if (end) {
		size -= length + 1;
		data = end + 1;
	}
	check_request(line, flags & FLAG_HEAD);
	blank = strchr(line, ' ');
	io_match_prepare(&match, blank && flags & FLAG_MATCH ? blank + 1 : "");
	io_answer_begin(&whole, flags & FLAG_HEAD, &match);
	result = feed(&whole, data, size, size ? size : 1, flags & FLAG_EOF);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		io_answer_begin(&parts, flags & FLAG_HEAD, &match);
		CHECK(feed(&parts, data, size, pieces[i], flags & FLAG_EOF) == result);
		CHECK(parts.status == whole.status && parts.header_done == whole.header_done);
		CHECK(parts.matched == whole.matched && parts.body == whole.body);
		CHECK(parts.error == whole.error ||
		      (parts.error && whole.error && strcmp(parts.error, whole.error) == 0));
	}
	if (blank && blank[1] && strlen(blank + 1) < FRRD_IPC_TEXT)
		check_match(blank + 1, data, size);
	return 0;
}
