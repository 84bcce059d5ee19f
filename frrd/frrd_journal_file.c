// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal's file; see frrd_journal_file.h. */

#include <zebra.h>

#include "memory.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_journal_file.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_JOURNAL_TEXT, "Journal text");

#define TAIL_MAX (16 * 1024 * 1024) /* of each file, when the last lines are read */

/* Of the disk's thread. */
static int fd = -1;
static uint64_t file_size;

static void name_old(char *buf, size_t size, const char *path, unsigned int n)
{
	if (n)
		snprintf(buf, size, "%s.%u", path, n);
	else
		strlcpy(buf, path, size);
}

/*
 * A process that was killed in the middle of a line has left half of it, which no
 * reader of the file could make sense of.
 */
static int cut_half_line(void)
{
	char tail[4096];
	uint64_t end = file_size;

	while (end) {
		size_t want = MIN(end, sizeof(tail));
		ssize_t got = pread(fd, tail, want, end - want);
		const char *newline;

		if (got != (ssize_t)want)
			return got < 0 ? errno : EIO;
		newline = memrchr(tail, '\n', want);
		if (newline) {
			end = end - want + (newline - tail) + 1;
			break;
		}
		end -= want;
	}
	if (end == file_size)
		return 0;
	file_size = end;
	return ftruncate(fd, end) < 0 ? errno : 0;
}

static void close_file(void)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
}

static int open_file(const char *path)
{
	struct stat st;
	int error = 0;

	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd < 0)
		return errno;
	if (fstat(fd, &st) < 0)
		error = errno;
	else if (!S_ISREG(st.st_mode))
		error = EINVAL;
	file_size = error ? 0 : st.st_size;
	if (!error)
		error = cut_half_line();
	if (error)
		close_file();
	return error;
}

/* Is the open file still the one of this name? Somebody may have moved it away. */
static bool is_open(const char *path)
{
	struct stat by_name, by_fd;

	return fd >= 0 && stat(path, &by_name) == 0 && fstat(fd, &by_fd) == 0 &&
	       by_name.st_dev == by_fd.st_dev && by_name.st_ino == by_fd.st_ino;
}

static int rotate(const char *path)
{
	char from[MAXPATHLEN + 16], to[MAXPATHLEN + 16];

	close_file();
	for (unsigned int n = FRRD_JOURNAL_OLD; n > 0; n--) {
		name_old(from, sizeof(from), path, n - 1);
		name_old(to, sizeof(to), path, n);
		if (rename(from, to) < 0 && errno != ENOENT)
			return errno;
	}
	return open_file(path);
}

static uint32_t count_lines(const char *data, size_t length)
{
	uint32_t lines = 0;

	for (size_t i = 0; i < length; i++)
		lines += data[i] == '\n';
	return lines;
}

/* Takes back what is there of a line that did not fit. */
static int append(const char *data, size_t length, uint32_t *ret_lines)
{
	size_t have = 0, whole;
	const char *newline;
	int error = 0;

	while (have < length && !error) {
		ssize_t done = write(fd, data + have, length - have);

		if (done >= 0)
			have += done;
		else if (errno != EINTR)
			error = errno;
	}
	newline = have ? memrchr(data, '\n', have) : NULL;
	whole = newline ? newline - data + 1 : 0;
	*ret_lines = count_lines(data, whole);
	file_size += whole;
	/* If even that fails, the next open cuts it. */
	if (whole < have && ftruncate(fd, file_size) < 0)
		close_file();
	return error;
}

/* How much of the data, in whole lines, the file still takes. One line if it is empty. */
static size_t what_fits(const char *data, size_t length, uint64_t max)
{
	uint64_t room = max > file_size ? max - file_size : 0;
	const char *newline;

	if (length <= room)
		return length;
	newline = room ? memrchr(data, '\n', room) : NULL;
	if (!newline && !file_size)
		newline = memchr(data, '\n', length);
	return newline ? newline - data + 1 : 0;
}

int frrd_journal_file_append(const char *path, const char *data, size_t length, uint64_t max,
			     uint32_t *ret_lines)
{
	int error = 0;

	*ret_lines = 0;
	if (!is_open(path)) {
		close_file();
		error = open_file(path);
	}
	while (length && !error) {
		size_t part = what_fits(data, length, max);
		uint32_t lines;

		if (!part) {
			error = rotate(path);
			continue;
		}
		error = append(data, part, &lines);
		*ret_lines += lines;
		data += part;
		length -= part;
	}
	return error;
}

/* The end of a file, whole lines, to be freed; NULL: errno says why. */
static char *read_tail(const char *path, size_t *ret_length)
{
	int tail_fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	size_t have = 0, want;
	struct stat st;
	char *text;

	if (tail_fd < 0)
		return NULL;
	if (fstat(tail_fd, &st) < 0) {
		close(tail_fd);
		return NULL;
	}
	want = MIN(st.st_size, TAIL_MAX);
	text = XMALLOC(MTYPE_FRRD_JOURNAL_TEXT, want + 1);
	while (have < want) {
		ssize_t got = pread(tail_fd, text + have, want - have, st.st_size - want + have);

		if (got <= 0)
			break;
		have += got;
	}
	close(tail_fd);
	while (have && text[have - 1] != '\n')
		have--;
	*ret_length = have;
	return text;
}

/* Where the last `count` lines begin; *count is how many of them are missing. */
static size_t begin_of_last(const char *text, size_t length, uint32_t *count)
{
	size_t begin = length;

	while (*count && begin) {
		const char *newline = memrchr(text, '\n', begin - 1);

		begin = newline ? newline - text + 1 : 0;
		(*count)--;
	}
	return begin;
}

bool frrd_journal_file_last(const char *path, uint32_t count,
			    void (*line)(void *arg, const char *text), void *arg)
{
	char *text[FRRD_JOURNAL_OLD + 1] = {};
	size_t length[FRRD_JOURNAL_OLD + 1] = {}, begin[FRRD_JOURNAL_OLD + 1] = {};
	char name[MAXPATHLEN + 16];
	bool readable = true;
	int n, saved_errno;

	for (n = 0; n <= FRRD_JOURNAL_OLD && count; n++) {
		name_old(name, sizeof(name), path, n);
		text[n] = read_tail(name, &length[n]);
		if (text[n])
			begin[n] = begin_of_last(text[n], length[n], &count);
		else if (n == 0 && errno != ENOENT)
			readable = false;
	}
	saved_errno = errno;
	while (--n >= 0) {
		for (size_t at = begin[n]; text[n] && at < length[n];) {
			char *end = memchr(text[n] + at, '\n', length[n] - at);

			*end = '\0';
			line(arg, text[n] + at);
			at = end - text[n] + 1;
		}
		XFREE(MTYPE_FRRD_JOURNAL_TEXT, text[n]);
	}
	errno = saved_errno;
	return readable;
}
