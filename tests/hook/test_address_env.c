// SPDX-License-Identifier: GPL-2.0-or-later
/* What dns-update and notify are told, and what is understood of their end. */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "memory.h"

#include "frrd/frrd_address_env.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_hook_env.h"

/* --- stand-ins --------------------------------------------------------------- */

DEFINE_MGROUP(FRRD, "frrd");

struct frrd_config frrd_config = { .local_site = "dc2" };
static struct frrd_grp group = { .name = "shop" };
static struct frrd_member member;
static struct frrd_site dc1 = { .name = "dc1", .id = 1 };
static struct frrd_map_pair pairs[3];
static size_t pair_count;

struct frrd_site *frrd_site_by_id(uint8_t id)
{
	return id == 1 ? &dc1 : NULL;
}

struct frrd_member *frrd_member_local(struct frrd_grp *grp)
{
	return &member;
}

size_t frrd_map_pairs(struct frrd_grp *grp, const struct frrd_member *to,
		      struct frrd_map_pair *list, size_t size)
{
	assert_ptr_equal(to, &member);
	for (size_t i = 0; i < MIN(pair_count, size); i++)
		list[i] = pairs[i];
	/* without room it has not seen that two are the same */
	return size ? pair_count : pair_count + 1;
}

static char usual[64];
static const char *usual_list[] = { "FRRD_EVENT=post-announce", usual };

struct frrd_hook_env *frrd_hook_env_make(struct frrd_grp *grp, enum frrd_hook_event event,
					 const char *from, const char *to, enum frrd_reason reason)
{
	assert_int_equal(event, FRRD_HOOK_POST_ANNOUNCE);
	snprintf(usual, sizeof(usual), "FRRD_FROM=%s,%s", from, to);
	return (struct frrd_hook_env *)usual_list;
}

void frrd_hook_env_free(struct frrd_hook_env *env)
{
	assert_ptr_equal(env, usual_list);
}

const char *const *frrd_hook_env_list(const struct frrd_hook_env *env)
{
	return usual_list;
}

size_t frrd_hook_env_count(const struct frrd_hook_env *env)
{
	return array_size(usual_list);
}

/* --- the environment ------------------------------------------------------------ */

static const struct frrd_address_conf conf = {
	.server = "192.0.2.53",
	.zone = "example.org",
	.key_file = "/etc/frr/dns.key",
	.port = 5353,
	.records = "www.example.org/a/60",
	.record_count = 1,
};

static void set_pairs(size_t count)
{
	static const char *const texts[][2] = {
		{ "192.0.2.0/24", "198.51.100.0/24" },
		{ "2001:db8:1::/64", "2001:db8:2::/64" },
		{ "203.0.113.1/32", "198.51.100.1/32" },
	};

	for (size_t i = 0; i < count; i++) {
		(void)str2prefix(texts[i][0], &pairs[i].old_prefix);
		(void)str2prefix(texts[i][1], &pairs[i].new_prefix);
	}
	pair_count = count;
}

/* "FRRD_A=1|FRRD_B=2|" */
static const char *told(const char *target)
{
	static char text[2048];
	struct frrd_address_env *env = frrd_address_env_make(&group, &conf, target);

	text[0] = '\0';
	for (size_t i = 0; i < frrd_address_env_count(env); i++) {
		strlcat(text, frrd_address_env_list(env)[i], sizeof(text));
		strlcat(text, "|", sizeof(text));
	}
	frrd_address_env_free(env);
	return text;
}

static void test_dns(void **state)
{
	set_pairs(3);
	group.hooks.owner_before = 1;
	assert_string_equal(
		told(NULL),
		"FRRD_FROM=dc1,dc2|FRRD_EVENT=address-change|"
		"FRRD_OLD_PREFIXES=192.0.2.0/24 2001:db8:1::/64 203.0.113.1/32|"
		"FRRD_NEW_PREFIXES=198.51.100.0/24 2001:db8:2::/64 198.51.100.1/32|"
		"FRRD_RECORDS=www.example.org/a/60|FRRD_DNS_SERVER=192.0.2.53|"
		"FRRD_DNS_PORT=5353|FRRD_DNS_ZONE=example.org|FRRD_DNS_KEY_FILE=/etc/frr/dns.key|");
}

/* The key and the server are none of its business. */
static void test_notify(void **state)
{
	set_pairs(1);
	group.hooks.owner_before = 0;
	assert_string_equal(told("mailto:noc@example.org"),
			    "FRRD_FROM=,dc2|FRRD_EVENT=address-change|"
			    "FRRD_OLD_PREFIXES=192.0.2.0/24|FRRD_NEW_PREFIXES=198.51.100.0/24|"
			    "FRRD_RECORDS=www.example.org/a/60|FRRD_NOTIFY=mailto:noc@example.org|");
}

static void test_spec(void **state)
{
	static const struct frrd_address_conf none = { .server = "", .zone = "", .key_file = "",
						       .records = "" };
	char *one, *other;

	set_pairs(0);
	assert_null(frrd_address_spec(&group, &conf));
	set_pairs(1);
	assert_null(frrd_address_spec(&group, &none));
	one = frrd_address_spec(&group, &conf);
	other = frrd_address_spec(&group, &conf);
	assert_string_equal(one, other);
	XFREE(MTYPE_TMP, other);
	set_pairs(2);
	other = frrd_address_spec(&group, &conf);
	assert_string_not_equal(one, other);
	XFREE(MTYPE_TMP, one);
	XFREE(MTYPE_TMP, other);
}

/* --- how a program ended ----------------------------------------------------------- */

static const struct frrd_address_outcome *understood(enum frrd_ipc_end end, int code,
						     const char *output)
{
	static struct frrd_address_outcome outcome;
	const struct frrd_ipc_done result = { .end = end, .code = code, .ran_ms = 15000,
					      .output = output, .output_length = strlen(output) };

	frrd_address_understand(&result, "dns-update", &outcome);
	return &outcome;
}

static void test_good_ends(void **state)
{
	const struct frrd_address_outcome *o;

	o = understood(FRRD_IPC_EXITED, 0, "www. A: 192.0.2.1 -> 198.51.100.1\n");
	assert_true(o->well && o->changed);
	assert_string_equal(o->problem, "");
	o = understood(FRRD_IPC_EXITED, 0, "www. A: 192.0.2.1 (as it should be)\n\n");
	assert_true(o->well && !o->changed);
	assert_string_equal(o->output, "www. A: 192.0.2.1 (as it should be)");
}

static void test_bad_ends(void **state)
{
	const struct frrd_address_outcome *o;

	o = understood(FRRD_IPC_EXITED, 1,
		       "www. A: 192.0.2.1 -> 198.51.100.1\ndns-update: far. A: \x1b[1m no\nmore");
	assert_true(!o->well && o->changed);
	assert_string_equal(o->problem, "far. A: ?[1m no");
	assert_string_equal(understood(FRRD_IPC_EXITED, 1, "Traceback\n x")->problem, "Traceback");
	assert_string_equal(understood(FRRD_IPC_EXITED, 3, "")->problem, "dns-update: exit status 3");
	assert_string_equal(understood(FRRD_IPC_SIGNALLED, 9, "half")->problem,
			    "dns-update: ended by signal 9: half");
	assert_string_equal(understood(FRRD_IPC_TIMED_OUT, 0, "")->problem,
			    "dns-update: no end in time");
	assert_string_equal(understood(FRRD_IPC_NOT_RUN, 0, "/x does not belong to root")->problem,
			    "dns-update: not started: /x does not belong to root");
}

static void test_long_output(void **state)
{
	static char output[FRRD_IPC_OUTPUT];

	memset(output, 'x', sizeof(output) - 1);
	assert_int_equal(strlen(understood(FRRD_IPC_EXITED, 1, output)->problem), 255);
	assert_int_equal(strlen(understood(FRRD_IPC_EXITED, 0, output)->output), 4095);
}

static void test_public(void **state)
{
	static const char *const urls[][2] = {
		{ "https://hooks.example.org/secret?key=1#x", "https://hooks.example.org" },
		{ "http://user:secret@[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080" },
		{ "https://hooks.example.org?secret@x", "https://hooks.example.org" },
		{ "https://hooks.example.org", "https://hooks.example.org" },
		{ "mailto:noc@example.org", "mailto:noc@example.org" },
	};
	char text[64];

	for (size_t i = 0; i < array_size(urls); i++) {
		frrd_address_public(urls[i][0], text, sizeof(text));
		assert_string_equal(text, urls[i][1]);
	}
	frrd_address_public("https://hooks.example.org/", text, 10);
	assert_string_equal(text, "https://h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dns),	  cmocka_unit_test(test_notify),
		cmocka_unit_test(test_spec),	  cmocka_unit_test(test_good_ends),
		cmocka_unit_test(test_bad_ends),  cmocka_unit_test(test_long_output),
		cmocka_unit_test(test_public),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
