// SPDX-License-Identifier: GPL-2.0-or-later
/* Error codes with title, description and suggestion; see frrd_errors.h. */

#include <zebra.h>

#include "frrd/frrd_errors.h"

/* clang-format off */
static struct log_ref refs[] = {
	{
		.code = EC_FRRD_CONFIG,
		.title = "Configuration line refused",
		.description = "A line of the configuration contradicts another one or is not possible; the other lines were kept",
		.suggestion = "Correct the line that the message names",
	},
	{
		.code = EC_FRRD_COMMAND_REFUSED,
		.title = "Command refused",
		.description = "An operator's command on a group was refused by a guard",
		.suggestion = "show subnet-mover group NAME why lists every guard and what to do",
	},
	{
		.code = EC_FRRD_FORCED,
		.title = "Takeover forced",
		.description = "An operator forced a takeover without the check that no other site announces the group",
		.suggestion = "Make sure that exactly one site announces the group",
	},
	{
		.code = EC_FRRD_WITHDRAW_UNCONFIRMED,
		.title = "Withdrawal not confirmed",
		.description = "zebra did not confirm in time that the routes of a group are gone; they may still be announced",
		.suggestion = "Check zebra and bgpd at this site before another site takes the group over",
	},
	{
		.code = EC_FRRD_ROUTES,
		.title = "Routes not installed",
		.description = "zebra did not install some or all routes of a group that this site owns",
		.suggestion = "show subnet-mover routes group NAME names the prefixes and the causes",
	},
	{
		.code = EC_FRRD_TAKEN_OVER,
		.title = "Group taken over by another site",
		.description = "This site owned a group but could not announce it; when it could again, another site announced the group, and this site yielded",
		.suggestion = "Find out what kept this site from announcing; switchover brings the group back",
	},
	{
		.code = EC_FRRD_ZEBRA,
		.title = "Session with zebra lost",
		.description = "zebra closed the session; the routes of frrd are sent again when it is back",
		.suggestion = "Check the zebra daemon at this site",
	},
	{
		.code = EC_FRRD_PLIST,
		.title = "Prefix-list entry not usable",
		.description = "An entry of a prefix-list that a group uses names a range instead of a prefix, or a prefix of another group",
		.suggestion = "Use entries without ge and le, each prefix in one group only",
	},
	{
		.code = EC_FRRD_INVARIANT,
		.title = "Internal rule broken",
		.description = "A step of the decision engine broke one of its own invariants",
		.suggestion = "Report it with the log lines before this one",
	},
	{
		.code = END_FERR,
	},
};
/* clang-format on */

void frrd_error_init(void)
{
	log_ref_add(refs);
}
