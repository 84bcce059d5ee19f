// SPDX-License-Identifier: GPL-2.0-or-later
/* Stand-ins for frrd-io and the rest of the daemon; see hook_kit.h. */

#include <zebra.h>

#include <setjmp.h>
#include <cmocka.h>

#include "json.h"

#include "frrd_compat.h"
#include "frrd/frrd_hook_env.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_process.h"

#include "hook_kit.h"

/* --- the rest of the daemon -------------------------------------------------- */

DEFINE_MGROUP(FRRD, "frrd");
DEFINE_HOOK(frrd_decision,
	    (const struct frrd_grp *grp, enum frrd_state from, enum frrd_state to,
	     enum frrd_reason reason),
	    (grp, from, to, reason));

struct frrd_config frrd_config = { .local_site = "dc2" };
struct event_loop *frrd_loop;

struct frrd_grp group;
static struct frrd_site sites[] = { { .name = "dc1", .id = 1 }, { .name = "dc2", .id = 2 } };

struct frrd_site *frrd_site_by_id(uint8_t id)
{
	return id >= 1 && id <= array_size(sites) ? &sites[id - 1] : NULL;
}

struct frrd_grp *frrd_grp_find(const char *name)
{
	return strmatch(name, group.name) ? &group : NULL;
}

/* Routes of the tests are IPv4. */
void frrd_route_prefix(const struct frrd_route *route, struct prefix *ret_prefix)
{
	*ret_prefix = (struct prefix){ .family = AF_INET, .prefixlen = route->prefixlen };
	ret_prefix->u.prefix4 = route->addr.ipv4;
}

char journal[KIT_JOURNAL];

void frrd_journal_add(const char *kind, const struct frrd_grp *grp, struct json_object *fields)
{
	assert_string_equal(kind, "hook");
	assert_ptr_equal(grp, &group);
	strlcpy(journal, json_object_to_json_string_ext(fields, JSON_C_TO_STRING_PLAIN |
								       JSON_C_TO_STRING_NOSLASHESCAPE),
		sizeof(journal));
	json_object_put(fields);
}

static struct kit_program programs[8];
uint32_t started, killed, cancelled;
bool accepting = true;

static bool fake_run(const char *command, const char *const *env, size_t env_count,
		     uint32_t timeout_ms,
		     void (*done)(void *arg, const struct frrd_ipc_done *result), void *arg,
		     uint32_t *ret_id)
{
	struct kit_program *program = &programs[started % array_size(programs)];

	if (!accepting)
		return false;
	*program = (struct kit_program){ .timeout_ms = timeout_ms, .done = done, .arg = arg };
	strlcpy(program->command, command, sizeof(program->command));
	for (size_t i = 0; i < env_count; i++) {
		strlcat(program->env, env[i], sizeof(program->env));
		strlcat(program->env, "|", sizeof(program->env));
	}
	*ret_id = ++started;
	return true;
}

static void fake_kill(uint32_t id)
{
	assert_non_null(programs[(id - 1) % array_size(programs)].done);
	killed++;
}

static void fake_cancel(uint32_t id)
{
	assert_non_null(programs[(id - 1) % array_size(programs)].done);
	programs[(id - 1) % array_size(programs)].done = NULL;
	cancelled++;
}

static const struct frrd_hook_runner fake = {
	.run = fake_run,
	.kill = fake_kill,
	.cancel = fake_cancel,
};

struct kit_program *running(void)
{
	assert_true(started > 0);
	return &programs[(started - 1) % array_size(programs)];
}

void end_as(const struct frrd_ipc_done *result)
{
	struct kit_program program = *running();

	assert_non_null(program.done);
	running()->done = NULL;
	program.done(program.arg, result);
}

void end_with(int code, const char *output)
{
	const struct frrd_ipc_done result = {
		.end = FRRD_IPC_EXITED,
		.code = code,
		.ran_ms = 12,
		.output = output,
		.output_length = strlen(output),
	};

	end_as(&result);
}

void end_by_signal(void)
{
	const struct frrd_ipc_done result = {
		.end = FRRD_IPC_SIGNALLED,
		.code = SIGTERM,
		.ran_ms = 34,
		.output = "half",
		.output_length = 4,
	};

	end_as(&result);
}

int dones;
bool last_go_on;

void done(struct frrd_grp *grp, bool go_on)
{
	assert_ptr_equal(grp, &group);
	dones++;
	last_go_on = go_on;
}

/* --- for the tests ----------------------------------------------------------- */

struct frrd_hook *add(enum frrd_hook_event event, uint16_t sequence, const char *command)
{
	struct frrd_hook *hook = frrd_hook_add(&group.hooks, event, sequence);

	frrd_hook_set_command(hook, command);
	return hook;
}

bool run(enum frrd_hook_event event)
{
	return frrd_hook_run(&group, event, "dc1", "dc2", FRRD_REASON_GRANTED, done);
}

int setup(void **state)
{
	memset(&group, 0, sizeof(group));
	strlcpy(group.name, "shop", sizeof(group.name));
	group.id = 7;
	group.fsm.state = FRRD_STATE_ACTIVATING;
	group.policy.arbiter = FRRD_ARBITER_BGP;
	group.policy.self = 2;
	frrd_hook_set_init(&group.hooks);
	frrd_route_list_init(&group.routes.list);
	memset(programs, 0, sizeof(programs));
	started = killed = cancelled = 0;
	dones = 0;
	accepting = true;
	journal[0] = '\0';
	return 0;
}

int teardown(void **state)
{
	frrd_hook_drop(&group);
	for (size_t i = 0; i < array_size(programs); i++)
		assert_null(programs[i].done); /* nothing runs on without a group */
	return 0;
}

void decide(enum frrd_state to, enum frrd_reason reason)
{
	enum frrd_state from = group.fsm.state;

	group.fsm.state = to;
	hook_call(frrd_decision, &group, from, to, reason);
}

const char *owners(void)
{
	static char text[64];
	const char *from = strstr(running()->env, "FRRD_FROM=");
	const char *end = strstr(from, "|FRRD_REASON=");

	snprintf(text, sizeof(text), "%.*s", (int)(end - from), from);
	return text;
}

int setup_all(void **state)
{
	frrd_loop = event_master_create("test");
	frrd_hook_init(&fake);
	return 0;
}

int teardown_all(void **state)
{
	event_master_free(frrd_loop);
	return 0;
}
