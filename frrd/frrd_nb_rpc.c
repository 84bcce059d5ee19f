// SPDX-License-Identifier: GPL-2.0-or-later
/* Northbound: the operator's commands as RPCs. */

#include <zebra.h>

#include "northbound.h"
#include "yang_wrappers.h"

#include "frrd/frrd_engine.h"
#include "frrd/frrd_nb.h"

/* Value of an input leaf; NULL when it was not given. */
static const char *input(const struct nb_cb_rpc_args *args, const char *leaf)
{
	struct yang_data *data = yang_data_list_find(args->input, "%s/input/%s", args->xpath, leaf);

	return data ? data->value : NULL;
}

static void output(struct nb_cb_rpc_args *args, const char *leaf, const char *value)
{
	char xpath[XPATH_MAXLEN];

	snprintf(xpath, sizeof(xpath), "%s/output/%s", args->xpath, leaf);
	listnode_add(args->output, yang_data_new_string(xpath, value));
}

/* Commands whose effect comes later, when zebra has answered. */
static bool goes_on(enum frrd_command command)
{
	return command != FRRD_COMMAND_HOLD && command != FRRD_COMMAND_RESUME;
}

static int run(struct nb_cb_rpc_args *args, struct frrd_command_args *command)
{
	struct frrd_command_result result;

	command->group = input(args, "group");
	command->origin = "northbound";
	frrd_engine_command(command, &result);
	if (!result.accepted && !result.done) {
		strlcpy(args->errmsg, result.text, args->errmsg_len);
		return NB_ERR_INCONSISTENCY;
	}
	if (!result.accepted)
		output(args, "outcome", "unchanged");
	else
		output(args, "outcome", goes_on(command->command) ? "started" : "done");
	output(args, "result", result.text);
	output(args, "reason", frrd_reason_code(result.reason));
	return NB_OK;
}

/* XPath: /frr-subnet-mover:switchover */
int frrd_nb_rpc_switchover(struct nb_cb_rpc_args *args)
{
	struct frrd_command_args command = {
		.command = FRRD_COMMAND_SWITCHOVER,
		.to = input(args, "to"),
	};

	return run(args, &command);
}

/* XPath: /frr-subnet-mover:failover */
int frrd_nb_rpc_failover(struct nb_cb_rpc_args *args)
{
	const char *force = input(args, "force");
	struct frrd_command_args command = {
		.command = FRRD_COMMAND_FAILOVER,
		.to = input(args, "to"),
		.force = force && strmatch(force, "true"),
		.reason = input(args, "reason"),
	};

	return run(args, &command);
}

/* XPath: /frr-subnet-mover:release */
int frrd_nb_rpc_release(struct nb_cb_rpc_args *args)
{
	struct frrd_command_args command = { .command = FRRD_COMMAND_RELEASE };

	return run(args, &command);
}

/* XPath: /frr-subnet-mover:hold */
int frrd_nb_rpc_hold(struct nb_cb_rpc_args *args)
{
	struct frrd_command_args command = {
		.command = FRRD_COMMAND_HOLD,
		.reason = input(args, "reason"),
	};

	return run(args, &command);
}

/* XPath: /frr-subnet-mover:resume */
int frrd_nb_rpc_resume(struct nb_cb_rpc_args *args)
{
	struct frrd_command_args command = { .command = FRRD_COMMAND_RESUME };

	return run(args, &command);
}

/* Plans come with a later version. */
int frrd_nb_rpc_later(struct nb_cb_rpc_args *args)
{
	snprintf(args->errmsg, args->errmsg_len, "%s is not available in this version",
		 strchr(args->xpath, ':') ? strchr(args->xpath, ':') + 1 : args->xpath);
	return NB_ERR_INCONSISTENCY;
}
