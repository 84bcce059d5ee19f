// SPDX-License-Identifier: GPL-2.0-or-later
/* URL, request and status codes of the HTTP client; see io_http.h. */

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "frrd/io/io_http.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool io_http_host_valid(const char *host)
{
	for (const char *p = host; *p; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');

		if (!letter && !is_digit(*p) && !strchr("-._:", *p))
			return false;
	}
	return *host != '\0';
}

static bool is_address(int family, const char *host)
{
	struct in6_addr addr;

	return inet_pton(family, host, &addr) == 1;
}

/* Of "host:port" or "[address]:port" the host; *ret_rest points behind it. */
static const char *parse_host(const char *text, size_t length, struct io_http_url *url,
			      const char **ret_rest)
{
	const char *end = text + length, *host_end;

	if (length && *text == '[') {
		text++;
		host_end = memchr(text, ']', end - text);
		if (!host_end)
			return "the address of the URL has no closing bracket";
		*ret_rest = host_end + 1;
	} else {
		host_end = memchr(text, ':', length);
		if (!host_end)
			host_end = end;
		*ret_rest = host_end;
	}
	if (host_end == text)
		return "the URL has no host";
	if ((size_t)(host_end - text) >= sizeof(url->host))
		return "the host of the URL is too long";
	memcpy(url->host, text, host_end - text);
	url->host[host_end - text] = '\0';
	if (text[-1] == '[') {
		url->literal = true;
		return is_address(AF_INET6, url->host) ? NULL : "the URL has no IPv6 address in its brackets";
	}
	url->literal = is_address(AF_INET, url->host);
	return io_http_host_valid(url->host) ? NULL : "the host of the URL is not a name or an address";
}

static const char *parse_port(const char *text, const char *end, struct io_http_url *url)
{
	unsigned int port = 0;

	url->port = url->tls ? 443 : 80;
	if (text == end)
		return NULL;
	if (*text++ != ':')
		return "there is something behind the host of the URL";
	if (text == end) /* "http://host:/" is allowed, RFC 3986, 3.2.3 */
		return NULL;
	for (; text < end; text++) {
		if (!is_digit(*text))
			return "the port of the URL is not a number";
		port = port * 10 + (*text - '0');
		if (port > 65535)
			return "the port of the URL is not 1 to 65535";
	}
	url->port = port;
	return port ? NULL : "the port of the URL is not 1 to 65535";
}

static const char *parse_path(const char *text, struct io_http_url *url)
{
	size_t length = strcspn(text, "#"), slash = *text == '/' ? 0 : 1;

	/* What a server would take for the end of the line, or of the word. */
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] <= ' ' || (unsigned char)text[i] >= 127)
			return "the URL has a blank or a control character, or one that is not ASCII";
	}
	if (length + slash >= sizeof(url->path))
		return "the path of the URL is too long";
	url->path[0] = '/';
	memcpy(url->path + slash, text, length);
	url->path[length + slash] = '\0';
	return NULL;
}

const char *io_http_url_parse(const char *text, struct io_http_url *ret_url)
{
	const char *rest, *error;
	size_t length;

	memset(ret_url, 0, sizeof(*ret_url));
	if (strncasecmp(text, "http://", 7) == 0) {
		text += 7;
	} else if (strncasecmp(text, "https://", 8) == 0) {
		text += 8;
		ret_url->tls = true;
	} else {
		return "the URL does not begin with http:// or https://";
	}
	length = strcspn(text, "/?#");
	if (memchr(text, '@', length))
		return "the URL has a user name in it";
	error = parse_host(text, length, ret_url, &rest);
	if (!error)
		error = parse_port(rest, text + length, ret_url);
	if (!error)
		error = parse_path(text + length, ret_url);
	return error;
}

/* Three digits, 100 to 599; 0: no code. */
static unsigned int parse_code(const char *text)
{
	unsigned int code = 0;

	for (int i = 0; i < 3; i++) {
		if (!is_digit(text[i]))
			return 0;
		code = code * 10 + (text[i] - '0');
	}
	return code >= 100 && code <= 599 ? code : 0;
}

const char *io_http_status_parse(const char *text, struct io_http_status *ret_status)
{
	memset(ret_status, 0, sizeof(*ret_status));
	if (!*text)
		text = "200-299";
	while (true) {
		unsigned int first = parse_code(text), last = first;

		if (!first)
			return "the list of status codes is not like 200-299,304";
		text += 3;
		if (*text == '-') {
			last = parse_code(text + 1);
			if (last < first)
				return "a range of status codes ends before it begins";
			text += 4;
		}
		for (unsigned int code = first; code <= last; code++)
			ret_status->bits[code / 8] |= 1 << code % 8;
		if (!*text)
			return NULL;
		if (*text++ != ',')
			return "the list of status codes is not like 200-299,304";
	}
}

bool io_http_status_has(const struct io_http_status *status, unsigned int code)
{
	return code >= 100 && code <= 599 && status->bits[code / 8] & 1 << code % 8;
}

size_t io_http_request(char *buffer, const struct io_http_url *url, bool head, const char *host)
{
	const char *name = *host ? host : url->host;
	bool brackets = is_address(AF_INET6, name);
	char port[8] = "";

	/* The port belongs to the URL's host; another name is taken as it is. */
	if (!*host && url->port != (url->tls ? 443 : 80))
		snprintf(port, sizeof(port), ":%u", url->port);
	return snprintf(buffer, IO_HTTP_REQUEST,
			"%s %s HTTP/1.1\r\n"
			"Host: %s%s%s%s\r\n"
			"User-Agent: frrd-io\r\n"
			"Accept: */*\r\n"
			"Accept-Encoding: identity\r\n"
			"Connection: close\r\n\r\n",
			head ? "HEAD" : "GET", url->path, brackets ? "[" : "", name,
			brackets ? "]" : "", port);
}
