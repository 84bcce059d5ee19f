// SPDX-License-Identifier: GPL-2.0-or-later
/* The parser of HTTP answers; see io_http_answer.h. */

#include <string.h>
#include <strings.h>

#include "frrd/io/io_http_answer.h"

void io_match_prepare(struct io_match *ret_match, const char *text)
{
	size_t at = 0;

	memset(ret_match, 0, sizeof(*ret_match));
	ret_match->length = strnlen(text, sizeof(ret_match->text) - 1);
	memcpy(ret_match->text, text, ret_match->length);
	for (size_t i = 1; i < ret_match->length; i++) {
		while (at && text[i] != text[at])
			at = ret_match->back[at - 1];
		if (text[i] == text[at])
			at++;
		ret_match->back[i] = at;
	}
}

/* Looks at bytes of the body, up to the end of the text. Returns how many these were. */
static size_t match_feed(struct io_answer *answer, const char *data, size_t length)
{
	const struct io_match *match = answer->match;
	size_t i;

	if (!match->length)
		return length;
	for (i = 0; i < length && !answer->matched; i++) {
		while (answer->match_at && data[i] != match->text[answer->match_at])
			answer->match_at = match->back[answer->match_at - 1];
		if (data[i] == match->text[answer->match_at])
			answer->match_at++;
		answer->matched = answer->match_at == match->length;
	}
	return i;
}

void io_answer_begin(struct io_answer *answer, bool head, const struct io_match *match)
{
	memset(answer, 0, sizeof(*answer));
	answer->head = head;
	answer->match = match;
	answer->matched = match->length == 0;
}

static void bad(struct io_answer *answer, const char *error)
{
	answer->result = IO_ANSWER_BAD;
	answer->error = error;
}

static void whole(struct io_answer *answer)
{
	answer->place = IO_ANSWER_AT_END;
	answer->result = IO_ANSWER_WHOLE;
}

/* "HTTP/1.1 200 OK"; the reason may be absent, its blank too. */
static void status_line(struct io_answer *answer)
{
	const char *line = answer->line;
	size_t length = answer->line_length;
	unsigned int code = 0;

	if (length < 12 || memcmp(line, "HTTP/1.", 7) != 0 || (line[7] != '0' && line[7] != '1') ||
	    line[8] != ' ') {
		bad(answer, "not an answer of HTTP/1");
		return;
	}
	for (int i = 9; i < 12; i++) {
		if (line[i] < '0' || line[i] > '9')
			code = 1000;
		code = code * 10 + (line[i] - '0');
	}
	if (code < 100 || code > 599 || (length > 12 && line[12] != ' ')) {
		bad(answer, "the status code of the answer is not a number of 100 to 599");
		return;
	}
	answer->http10 = line[7] == '0';
	answer->status = code;
	answer->has_length = answer->chunked = false;
	answer->place = IO_ANSWER_IN_FIELDS;
}

static void field_length(struct io_answer *answer, const char *value, size_t length)
{
	uint64_t number = 0;

	if (!length) {
		bad(answer, "Content-Length is empty");
		return;
	}
	for (size_t i = 0; i < length; i++) {
		if (value[i] < '0' || value[i] > '9') {
			bad(answer, "Content-Length is not a number");
			return;
		}
		if (number > (UINT64_MAX - 9) / 10) {
			bad(answer, "Content-Length is too large");
			return;
		}
		number = number * 10 + (value[i] - '0');
	}
	if (answer->has_length && number != answer->left) {
		bad(answer, "two values of Content-Length");
		return;
	}
	answer->has_length = true;
	answer->left = number;
}

static void field_encoding(struct io_answer *answer, const char *value, size_t length)
{
	if (answer->http10 || answer->chunked || length != 7 || strncasecmp(value, "chunked", 7) != 0)
		bad(answer, "Transfer-Encoding is not \"chunked\"");
	answer->chunked = true;
}

/* tchar of RFC 9110, 5.6.2 */
static bool is_token(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* "Name: value"; of all fields only two are of interest. */
static void field_line(struct io_answer *answer)
{
	size_t have = answer->line_length < IO_ANSWER_LINE ? answer->line_length : IO_ANSWER_LINE;
	const char *colon = memchr(answer->line, ':', have), *end = answer->line + have, *value;
	size_t name;

	if (answer->line[0] == ' ' || answer->line[0] == '\t') {
		bad(answer, "a field of the header goes over several lines");
		return;
	}
	name = colon ? colon - answer->line : 0;
	for (size_t i = 0; i < name; i++) {
		if (!is_token(answer->line[i]))
			name = 0;
	}
	if (!name) {
		bad(answer, "a line of the header is not \"name: value\"");
		return;
	}
	/* Behind the body nothing that is said about its length counts. */
	if (answer->place == IO_ANSWER_IN_TRAILER)
		return;
	for (value = colon + 1; value < end && (*value == ' ' || *value == '\t'); value++)
		;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (name == 14 && strncasecmp(answer->line, "Content-Length", 14) == 0)
		field_length(answer, value, end - value);
	else if (name == 17 && strncasecmp(answer->line, "Transfer-Encoding", 17) == 0)
		field_encoding(answer, value, end - value);
	else
		return;
	if (answer->line_length > IO_ANSWER_LINE)
		bad(answer, "Content-Length or Transfer-Encoding is too long");
}

/* The empty line: what kind of body follows? RFC 9112, 6.3 */
static void header_end(struct io_answer *answer)
{
	if (answer->status == 101) {
		bad(answer, "the server changes to another protocol");
		return;
	}
	if (answer->status < 200) {
		answer->place = IO_ANSWER_IN_STATUS;
		return;
	}
	if (answer->chunked && answer->has_length) {
		bad(answer, "both Content-Length and Transfer-Encoding");
		return;
	}
	answer->header_done = true;
	if (answer->head || answer->status == 204 || answer->status == 304)
		whole(answer);
	else if (answer->chunked)
		answer->place = IO_ANSWER_IN_CHUNK_SIZE;
	else if (!answer->has_length)
		answer->place = IO_ANSWER_IN_CLOSE;
	else if (!answer->left)
		whole(answer);
	else
		answer->place = IO_ANSWER_IN_LENGTH;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "1a" or "1a;name=value"; extensions are passed over. */
static void chunk_line(struct io_answer *answer)
{
	size_t length = answer->line_length, i = 0;
	uint64_t size = 0;

	if (length > IO_ANSWER_LINE) {
		bad(answer, "the line before a chunk is too long");
		return;
	}
	for (; i < length && hex_digit(answer->line[i]) >= 0; i++) {
		if (size >> 60) {
			bad(answer, "a chunk is too large");
			return;
		}
		size = size << 4 | hex_digit(answer->line[i]);
	}
	if (!i || (i < length && !strchr("; \t", answer->line[i]))) {
		bad(answer, "the size of a chunk is not a number");
		return;
	}
	answer->left = size;
	answer->place = size ? IO_ANSWER_IN_CHUNK : IO_ANSWER_IN_TRAILER;
}

static void line_done(struct io_answer *answer)
{
	switch (answer->place) {
	case IO_ANSWER_IN_STATUS:
		status_line(answer);
		break;
	case IO_ANSWER_IN_FIELDS:
		if (answer->line_length)
			field_line(answer);
		else
			header_end(answer);
		break;
	case IO_ANSWER_IN_TRAILER:
		if (answer->line_length)
			field_line(answer);
		else
			whole(answer);
		break;
	case IO_ANSWER_IN_CHUNK_SIZE:
		chunk_line(answer);
		break;
	case IO_ANSWER_IN_CHUNK_END:
		if (answer->line_length)
			bad(answer, "a chunk is longer than it says");
		else
			answer->place = IO_ANSWER_IN_CHUNK_SIZE;
		break;
	case IO_ANSWER_IN_LENGTH:
	case IO_ANSWER_IN_CLOSE:
	case IO_ANSWER_IN_CHUNK:
	case IO_ANSWER_AT_END:
		break;
	}
	answer->line_length = 0;
}

/* One byte of a line. Lines end with CR LF; a lone LF is understood (RFC 9112, 2.2). */
static void line_feed(struct io_answer *answer, char c)
{
	bool of_body = answer->place == IO_ANSWER_IN_CHUNK_SIZE || answer->place == IO_ANSWER_IN_CHUNK_END;

	/* Lines between chunks are bounded by what they hold together: the body. */
	if (!of_body && ++answer->header > IO_ANSWER_HEADER) {
		bad(answer, "the header of the answer is too long");
	} else if (c == '\n') {
		answer->after_cr = false;
		line_done(answer);
	} else if (answer->after_cr || !c) {
		bad(answer, "a line of the answer has a control character in it");
	} else if (c == '\r') {
		answer->after_cr = true;
	} else if (of_body && answer->line_length >= IO_ANSWER_LINE) {
		bad(answer, "the line before a chunk is too long");
	} else {
		if (answer->line_length < IO_ANSWER_LINE)
			answer->line[answer->line_length] = c;
		answer->line_length++;
	}
}

/* Bytes of the body, at most as many as belong to it. */
static size_t body_feed(struct io_answer *answer, const char *data, size_t length)
{
	uint64_t take = IO_ANSWER_BODY - answer->body;

	if (take > length)
		take = length;
	if (answer->place != IO_ANSWER_IN_CLOSE && take > answer->left)
		take = answer->left;
	take = match_feed(answer, data, take);
	answer->body += take;
	if (answer->place != IO_ANSWER_IN_CLOSE)
		answer->left -= take;
	if (answer->place == IO_ANSWER_IN_LENGTH && !answer->left)
		whole(answer);
	else if (answer->place == IO_ANSWER_IN_CHUNK && !answer->left)
		answer->place = IO_ANSWER_IN_CHUNK_END;
	/* Found, or looked at enough. Without a text to find, the body has to be whole. */
	if ((answer->match->length && answer->matched) || answer->body == IO_ANSWER_BODY)
		whole(answer);
	return take;
}

enum io_answer_result io_answer_feed(struct io_answer *answer, const void *data, size_t length)
{
	const char *p = data;
	size_t i = 0;

	while (i < length && answer->result == IO_ANSWER_MORE) {
		switch (answer->place) {
		case IO_ANSWER_IN_LENGTH:
		case IO_ANSWER_IN_CLOSE:
		case IO_ANSWER_IN_CHUNK:
			i += body_feed(answer, p + i, length - i);
			break;
		case IO_ANSWER_IN_STATUS:
		case IO_ANSWER_IN_FIELDS:
		case IO_ANSWER_IN_CHUNK_SIZE:
		case IO_ANSWER_IN_CHUNK_END:
		case IO_ANSWER_IN_TRAILER:
		case IO_ANSWER_AT_END:
			line_feed(answer, p[i++]);
			break;
		}
	}
	return answer->result;
}

enum io_answer_result io_answer_eof(struct io_answer *answer)
{
	if (answer->result != IO_ANSWER_MORE)
		return answer->result;
	if (answer->place == IO_ANSWER_IN_CLOSE)
		whole(answer);
	else if (answer->header_done)
		bad(answer, "the connection was closed in the middle of the body");
	else if (answer->header || answer->line_length)
		bad(answer, "the connection was closed in the middle of the header");
	else
		bad(answer, "the connection was closed without an answer");
	return answer->result;
}
