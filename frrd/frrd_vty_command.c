// SPDX-License-Identifier: GPL-2.0-or-later
/* Operational commands; what they do is in frrd_command.c. */

#include <zebra.h>

#include "command.h"
#include "memory.h"

#include "frrd/frrd_engine.h"
#include "frrd/frrd_vty.h"

#include "frrd/frrd_vty_command_clippy.c"

#define SUBNET_MOVER_STR "Subnet mover\n"
#define GROUP_NAME_STR "Name of the group\n"
#define FAILOVER_STR "Unplanned move: a site takes over what nobody announces\n"
#define HOLD_STR "Refuse every move of a group at this site until resume\n"
#define TO_STR "The site that takes over\nName of the site\n"
#define WAIT_STR "Report progress, and answer when it has come to its end\n"

static int run_command(struct vty *vty, struct frrd_command_args *args, bool wait)
{
	struct frrd_command_result result;

	args->origin = "cli";
	if (wait)
		return frrd_vty_run_and_wait(vty, args);
	frrd_engine_command(args, &result);
	vty_out(vty, "%s%s\n", result.accepted || result.done ? "" : "% ", result.text);
	/* The one answer that makes `vtysh -c` end with an error, which scripts need. */
	return result.accepted || result.done ? CMD_SUCCESS : CMD_WARNING_CONFIG_FAILED;
}

DEFPY(subnet_mover_failover, subnet_mover_failover_cmd,
      "subnet-mover failover WORD$name [to WORD$to] [wait$wait]",
      SUBNET_MOVER_STR
      FAILOVER_STR
      GROUP_NAME_STR
      TO_STR
      WAIT_STR)
{
	struct frrd_command_args args = {
		.command = FRRD_COMMAND_FAILOVER,
		.group = name,
		.to = to,
	};

	return run_command(vty, &args, wait);
}

/* The words of a reason run to the end of the line, so this has no `wait` behind them. */
static int failover_force(struct vty *vty, const char *name, const char *to, bool wait,
			  struct cmd_token *argv[], int argc)
{
	int first = 0;
	char *reason;
	struct frrd_command_args args = {
		.command = FRRD_COMMAND_FAILOVER,
		.group = name,
		.to = to,
		.force = true,
	};
	int ret;

	(void)argv_find(argv, argc, "reason", &first);
	reason = argv_concat(argv, argc, first + 1);
	args.reason = reason;
	ret = run_command(vty, &args, wait);
	XFREE(MTYPE_TMP, reason);
	return ret;
}

DEFPY(subnet_mover_failover_force, subnet_mover_failover_force_cmd,
      "subnet-mover failover WORD$name [to WORD$to] [wait$wait] force reason LINE...",
      SUBNET_MOVER_STR
      FAILOVER_STR
      GROUP_NAME_STR
      TO_STR
      WAIT_STR
      "Take over even if another site seems to announce it\n"
      "Why; kept in the history\n"
      "Words\n")
{
	return failover_force(vty, name, to, wait, argv, argc);
}

DEFPY(subnet_mover_switchover, subnet_mover_switchover_cmd,
      "subnet-mover switchover WORD$name to WORD$to [wait$wait]",
      SUBNET_MOVER_STR
      "Planned move of a group from the site that owns it\n"
      GROUP_NAME_STR
      TO_STR
      WAIT_STR)
{
	struct frrd_command_args args = {
		.command = FRRD_COMMAND_SWITCHOVER,
		.group = name,
		.to = to,
	};

	return run_command(vty, &args, wait);
}

DEFPY(subnet_mover_release, subnet_mover_release_cmd,
      "subnet-mover release WORD$name [wait$wait]",
      SUBNET_MOVER_STR
      "Withdraw a group at this site, or cancel its takeover\n"
      GROUP_NAME_STR
      WAIT_STR)
{
	struct frrd_command_args args = { .command = FRRD_COMMAND_RELEASE, .group = name };

	return run_command(vty, &args, wait);
}

DEFPY(subnet_mover_hold, subnet_mover_hold_cmd,
      "subnet-mover hold WORD$name",
      SUBNET_MOVER_STR
      HOLD_STR
      GROUP_NAME_STR)
{
	struct frrd_command_args args = { .command = FRRD_COMMAND_HOLD, .group = name };

	return run_command(vty, &args, false);
}

DEFPY(subnet_mover_hold_reason, subnet_mover_hold_reason_cmd,
      "subnet-mover hold WORD$name reason LINE...",
      SUBNET_MOVER_STR
      HOLD_STR
      GROUP_NAME_STR
      "Why; shown until resume\n"
      "Words\n")
{
	char *reason = argv_concat(argv, argc, 4);
	struct frrd_command_args args = {
		.command = FRRD_COMMAND_HOLD,
		.group = name,
		.reason = reason,
	};
	int ret = run_command(vty, &args, false);

	XFREE(MTYPE_TMP, reason);
	return ret;
}

DEFPY(subnet_mover_resume, subnet_mover_resume_cmd,
      "subnet-mover resume WORD$name",
      SUBNET_MOVER_STR
      "Allow moves of a group again\n"
      GROUP_NAME_STR)
{
	struct frrd_command_args args = { .command = FRRD_COMMAND_RESUME, .group = name };

	return run_command(vty, &args, false);
}

void frrd_vty_command_init(void)
{
	frrd_vty_wait_init();
	install_element(ENABLE_NODE, &subnet_mover_failover_cmd);
	install_element(ENABLE_NODE, &subnet_mover_failover_force_cmd);
	install_element(ENABLE_NODE, &subnet_mover_switchover_cmd);
	install_element(ENABLE_NODE, &subnet_mover_release_cmd);
	install_element(ENABLE_NODE, &subnet_mover_hold_cmd);
	install_element(ENABLE_NODE, &subnet_mover_hold_reason_cmd);
	install_element(ENABLE_NODE, &subnet_mover_resume_cmd);
}
