// SPDX-License-Identifier: GPL-2.0-or-later
/* The journal's file: whole lines whatever happens, rotation, the last lines. */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "memory.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_journal_file.h"

DEFINE_MGROUP(FRRD, "frrd");

#define NO_LIMIT 1000000

static char folder[] = "/tmp/test_journal_XXXXXX";
static char path[64];
static char seen[65536];

static void collect(void *arg, const char *text)
{
	strlcat(seen, text, sizeof(seen));
	strlcat(seen, "|", sizeof(seen));
}

static const char *last(uint32_t count)
{
	seen[0] = '\0';
	assert_true(frrd_journal_file_last(path, count, collect, NULL));
	return seen;
}

static uint32_t append(const char *text, uint64_t max)
{
	uint32_t lines;

	assert_int_equal(frrd_journal_file_append(path, text, strlen(text), max, &lines), 0);
	return lines;
}

static void remove_all(void)
{
	char name[80];

	unlink(path);
	for (int i = 1; i <= FRRD_JOURNAL_OLD + 1; i++) {
		snprintf(name, sizeof(name), "%s.%d", path, i);
		unlink(name);
	}
}

static void test_last(void **state)
{
	remove_all();
	assert_string_equal(last(10), "");
	assert_int_equal(append("a\nb\nc\n", NO_LIMIT), 3);
	assert_string_equal(last(0), "");
	assert_string_equal(last(1), "c|");
	assert_string_equal(last(3), "a|b|c|");
	assert_string_equal(last(10), "a|b|c|");
}

static void test_rotation(void **state)
{
	char line[16];

	remove_all();
	for (int i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "line%02d\n", i);
		append(line, 28); /* four lines */
	}
	/* Four old files and the current one, each of four lines at most. */
	assert_string_equal(last(5), "line95|line96|line97|line98|line99|");
	last(1000);
	assert_int_equal(strlen(seen), 20 * 7);
	assert_memory_equal(seen, "line80|", 7);
}

/* Many lines at once are spread over the files. */
static void test_rotation_within_a_batch(void **state)
{
	remove_all();
	assert_int_equal(append("a1\nb2\nc3\nd4\ne5\n", 7), 5);
	assert_string_equal(last(1), "e5|");
	assert_string_equal(last(5), "a1|b2|c3|d4|e5|");
	/* A line that is longer than a file has one of its own. */
	assert_int_equal(append("0123456789\nf6\n", 7), 2);
	assert_string_equal(last(3), "e5|0123456789|f6|");
}

static void test_moved_away(void **state)
{
	char other[80];

	remove_all();
	append("a\n", NO_LIMIT);
	snprintf(other, sizeof(other), "%s.1", path);
	assert_int_equal(rename(path, other), 0);
	append("b\n", NO_LIMIT);
	assert_string_equal(last(10), "a|b|");
	unlink(path);
	append("c\n", NO_LIMIT);
	assert_string_equal(last(10), "a|c|");
}

/* What a process that was killed has left. */
static void test_half_line(void **state)
{
	static char text[20000];
	int fd;

	remove_all();
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	memset(text, 'x', sizeof(text));
	assert_int_equal(write(fd, "a\nb\n", 4), 4);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	close(fd);
	append("c\n", NO_LIMIT);
	assert_string_equal(last(10), "a|b|c|");

	remove_all();
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	close(fd);
	append("c\n", NO_LIMIT);
	assert_string_equal(last(10), "c|");
}

/* The disk is full in the middle of a line: the lines before it stay. */
static void test_no_room(void **state)
{
	struct rlimit before, small;
	uint32_t lines;

	remove_all();
	append("0123456789\n", NO_LIMIT);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small = before;
	for (size_t room = 11; room < 11 + 9; room++) {
		small.rlim_cur = room;
		setrlimit(RLIMIT_FSIZE, &small);
		assert_int_equal(frrd_journal_file_append(path, "ab\ncd\nef\n", 9, NO_LIMIT, &lines),
				 EFBIG);
		assert_int_equal(lines, (room - 11) / 3);
		setrlimit(RLIMIT_FSIZE, &before);
		last(100);
		assert_int_equal(strlen(seen), 11 + lines * 3);
		assert_int_equal(truncate(path, 11), 0);
		remove_all();
		append("0123456789\n", NO_LIMIT);
	}
	assert_int_equal(append("ab\n", NO_LIMIT), 1);
	assert_string_equal(last(10), "0123456789|ab|");
}

static void test_not_writable(void **state)
{
	uint32_t lines = 7;

	remove_all();
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_not_equal(frrd_journal_file_append(path, "a\n", 2, NO_LIMIT, &lines), 0);
	assert_int_equal(lines, 0);
	assert_int_equal(rmdir(path), 0);
	append("b\n", NO_LIMIT);
	assert_string_equal(last(10), "b|");
}

static int setup(void **state)
{
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/journal", folder);
	return 0;
}

static int teardown(void **state)
{
	remove_all();
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_rotation_within_a_batch),
		cmocka_unit_test(test_moved_away),
		cmocka_unit_test(test_half_line),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_not_writable),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
