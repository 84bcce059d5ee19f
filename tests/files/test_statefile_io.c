// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state file: what is written is what is read, and whatever is not exactly
 * what was written is noticed: every truncation and every changed bit.
 */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "memory.h"

#include "frrd/frrd_statefile_io.h"

DEFINE_MGROUP(FRRD, "frrd");

static char folder[] = "/tmp/test_statefile_XXXXXX";
static char path[64];
static char why[256];

static void fill_entry(struct frrd_history_entry *entry, uint64_t number)
{
	entry->number = number;
	entry->when.tv_sec = 1700000000 + number;
	entry->when.tv_usec = 123456;
	entry->event = number % (FRRD_EVENT_SHUTDOWN + 1);
	entry->from = number % FRRD_STATE_COUNT;
	entry->to = (number + 1) % FRRD_STATE_COUNT;
	entry->reason = number % FRRD_REASON_COUNT;
	entry->refused = number % 3 == 0;
	snprintf(entry->note, sizeof(entry->note), "\"note\" %" PRIu64 "\n\t\xc3\xa9 /", number);
}

static void add_attachments(struct frrd_kept_attaches *attaches, size_t count)
{
	struct frrd_kept_attach *entry;
	struct prefix p;
	char text[64];

	strlcpy(attaches->boot_id, "7a3c1f0e-1111-4222-8333-944445555666",
		sizeof(attaches->boot_id));
	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "group-%zu", i);
		entry = frrd_kept_attach_add(attaches, text, i % 2 ? "lan" : "eth0.100", i + 1,
					     i % 3 == 0);
		memset(&p, 0, sizeof(p));
		assert_true(str2prefix(i % 2 ? "192.168.1.1/24" : "2001:db8::1/128", &p));
		frrd_kept_attach_address(entry, &p, i % 2);
		frrd_kept_attach_address(entry, &p, true);
	}
}

static void assert_same_attachments(const struct frrd_kept_attaches *a,
				    const struct frrd_kept_attaches *b)
{
	assert_string_equal(a->boot_id, b->boot_id);
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct frrd_kept_attach *ea = &a->list[i], *eb = &b->list[i];

		assert_string_equal(ea->group, eb->group);
		assert_string_equal(ea->ifname, eb->ifname);
		assert_int_equal(ea->ifindex, eb->ifindex);
		assert_int_equal(ea->raised, eb->raised);
		assert_int_equal(ea->address_count, eb->address_count);
		for (size_t j = 0; j < ea->address_count; j++) {
			assert_int_equal(ea->addresses[j].marked, eb->addresses[j].marked);
			assert_true(prefix_same(&ea->addresses[j].p, &eb->addresses[j].p));
			assert_memory_equal(&ea->addresses[j].p.u, &eb->addresses[j].p.u,
					    prefix_blen(&ea->addresses[j].p));
		}
	}
}

static void make_groups(struct frrd_kept_groups *ret_groups, size_t count, uint32_t entries)
{
	frrd_kept_groups_init(ret_groups, count);
	for (size_t i = 0; i < count; i++) {
		struct frrd_kept_group *group = &ret_groups->list[i];

		snprintf(group->name, sizeof(group->name), "group-%zu", i);
		group->owned = i % 2;
		group->held = i % 3 == 0;
		group->barred = i % 5 == 0;
		group->unfinished = i % 7 == 0;
		group->seen_s = 1700000000 + i;
		strlcpy(group->note, "the operator's words", sizeof(group->note));
		group->move_count = i % (FRRD_MOVES_MAX + 1);
		for (uint8_t j = 0; j < group->move_count; j++)
			group->moves_ms[j] = INT64_C(1700000000000) + j;
		frrd_kept_group_entries(group, entries);
		for (uint32_t j = 0; j < entries; j++)
			fill_entry(&group->entries[j], i * 1000 + j + 1);
	}
	add_attachments(&ret_groups->attaches, count);
}

static void assert_same(const struct frrd_kept_groups *a, const struct frrd_kept_groups *b)
{
	assert_same_attachments(&a->attaches, &b->attaches);
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct frrd_kept_group *ga = &a->list[i], *gb = &b->list[i];

		assert_string_equal(ga->name, gb->name);
		assert_string_equal(ga->note, gb->note);
		assert_int_equal(ga->owned, gb->owned);
		assert_int_equal(ga->held, gb->held);
		assert_int_equal(ga->barred, gb->barred);
		assert_int_equal(ga->unfinished, gb->unfinished);
		assert_int_equal(ga->seen_s, gb->seen_s);
		assert_int_equal(ga->move_count, gb->move_count);
		assert_memory_equal(ga->moves_ms, gb->moves_ms, sizeof(ga->moves_ms));
		assert_int_equal(ga->entry_count, gb->entry_count);
		for (uint32_t j = 0; j < ga->entry_count; j++) {
			const struct frrd_history_entry *ea = &ga->entries[j];
			const struct frrd_history_entry *eb = &gb->entries[j];

			assert_int_equal(ea->number, eb->number);
			assert_int_equal(ea->when.tv_sec, eb->when.tv_sec);
			assert_int_equal(ea->when.tv_usec, eb->when.tv_usec);
			assert_int_equal(ea->event, eb->event);
			assert_int_equal(ea->from, eb->from);
			assert_int_equal(ea->to, eb->to);
			assert_int_equal(ea->reason, eb->reason);
			assert_int_equal(ea->refused, eb->refused);
			assert_string_equal(ea->note, eb->note);
		}
	}
}

static void write_groups(size_t count, uint32_t entries)
{
	struct frrd_kept_groups groups;
	const char *step;

	make_groups(&groups, count, entries);
	assert_int_equal(frrd_statefile_write(path, &groups, &step), 0);
	frrd_kept_groups_free(&groups);
}

static void check_round_trip(size_t count, uint32_t entries)
{
	struct frrd_kept_groups groups, again;

	write_groups(count, entries);
	assert_int_equal(frrd_statefile_read(path, &again, why, sizeof(why)), FRRD_STATEFILE_GOOD);
	make_groups(&groups, count, entries);
	assert_same(&groups, &again);
	frrd_kept_groups_free(&groups);
	frrd_kept_groups_free(&again);
}

static void test_round_trip(void **state)
{
	check_round_trip(0, 0);
	check_round_trip(1, 0);
	check_round_trip(1, 1);
	check_round_trip(40, 64);
}

static void test_no_file(void **state)
{
	struct frrd_kept_groups groups;

	unlink(path);
	assert_int_equal(frrd_statefile_read(path, &groups, why, sizeof(why)), FRRD_STATEFILE_NONE);
	assert_int_equal(groups.count, 0);
}

static size_t slurp(char *buf, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t got = read(fd, buf, size);

	close(fd);
	assert_true(got > 0 && (size_t)got < size);
	return got;
}

static void spit(const char *data, size_t length)
{
	int fd;

	unlink(path); /* a file system may take its time for one that is truncated */
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, data, length), length);
	close(fd);
}

static void assert_damaged(const char *data, size_t length)
{
	struct frrd_kept_groups groups;

	spit(data, length);
	assert_int_equal(frrd_statefile_read(path, &groups, why, sizeof(why)),
			 FRRD_STATEFILE_DAMAGED);
	assert_int_equal(groups.count, 0);
	assert_true(why[0] != '\0');
}

static void test_every_truncation(void **state)
{
	static char data[65536];
	size_t length;

	write_groups(2, 2);
	length = slurp(data, sizeof(data));
	for (size_t i = 0; i < length; i++)
		assert_damaged(data, i);
}

static void test_every_bit(void **state)
{
	static char data[65536];
	size_t length;

	write_groups(1, 1);
	length = slurp(data, sizeof(data));
	for (size_t i = 0; i < length; i++)
		for (int bit = 0; bit < 8; bit++) {
			data[i] ^= 1 << bit;
			assert_damaged(data, length);
			data[i] ^= 1 << bit;
		}
}

static void test_more_than_written(void **state)
{
	static char data[65536];
	size_t length;

	write_groups(1, 1);
	length = slurp(data, sizeof(data));
	data[length] = '\n';
	assert_damaged(data, length + 1);
	data[length] = '\0';
	assert_damaged(data, length + 1);
}

static void test_another_version(void **state)
{
	static const char text[] =
		"{\"format\":\"frrd-state\",\"version\":2,\"length\":2,\"crc32\":\"00000000\"}\n{}";

	assert_damaged(text, strlen(text));
	assert_non_null(strstr(why, "version"));
}

static void test_no_file_but_something(void **state)
{
	struct frrd_kept_groups groups;

	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(frrd_statefile_read(path, &groups, why, sizeof(why)),
			 FRRD_STATEFILE_DAMAGED);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(frrd_statefile_read(path, &groups, why, sizeof(why)),
			 FRRD_STATEFILE_DAMAGED);
	unlink(path);
}

/* What cannot be written leaves the old file, and no half of a new one. */
static void test_no_room(void **state)
{
	struct rlimit before, small;
	struct frrd_kept_groups groups, again;
	char temporary[80];
	const char *step;

	write_groups(1, 1);
	make_groups(&groups, 40, 64);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	small = before;
	small.rlim_cur = 4096;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(frrd_statefile_write(path, &groups, &step), EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_non_null(step);
	frrd_kept_groups_free(&groups);
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	assert_int_equal(access(temporary, F_OK), -1);
	assert_int_equal(frrd_statefile_read(path, &again, why, sizeof(why)), FRRD_STATEFILE_GOOD);
	assert_int_equal(again.count, 1);
	frrd_kept_groups_free(&again);
}

static int setup(void **state)
{
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/state", folder);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_more_than_written),
		cmocka_unit_test(test_another_version),
		cmocka_unit_test(test_no_file_but_something),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
