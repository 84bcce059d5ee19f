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
		.description = "An operator's command on a group was refused",
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
		.description = "An entry of a prefix-list that a group uses names a range instead of a prefix, or a prefix of another group or of a track",
		.suggestion = "Use entries without ge and le, each prefix in one group only",
	},
	{
		.code = EC_FRRD_INVARIANT,
		.title = "Internal rule broken",
		.description = "A step of the decision engine broke one of its own invariants",
		.suggestion = "Report it with the log lines before this one",
	},
	{
		.code = EC_FRRD_CONFLICT,
		.title = "Two sites claim a group",
		.description = "Another site claims a group that this site announces, and neither has granted it to the other; the lower-ranked of the two yields at once",
		.suggestion = "show subnet-mover sites says who claims what; if it does not end within a second, release the group at one of the two",
	},
	{
		.code = EC_FRRD_QUORUM,
		.title = "Quorum lost",
		.description = "This site does not see the beacons of a majority of the voting sites; unless that changes within fence-delay it withdraws what it owns, and it takes nothing over",
		.suggestion = "show subnet-mover sites names the sites that are missing; check the links and bgpd between them and this site",
	},
	{
		.code = EC_FRRD_FENCED,
		.title = "Group fenced",
		.description = "This site owned a group, was without quorum for fence-delay and withdrew it, because the other sites may have let another site take it over",
		.suggestion = "Restore the connection to the other voting sites; without them, failover GROUP force reason TEXT announces the group at the operator's risk",
	},
	{
		.code = EC_FRRD_NOT_RESUMED,
		.title = "Group not resumed after a restart",
		.description = "This site owned a group before frrd or zebra was restarted, and could not go on: its claim was gone, there was no quorum, or another site claimed the group",
		.suggestion = "show subnet-mover group NAME history says which; if no site owns the group, subnet-mover failover NAME announces it",
	},
	{
		.code = EC_FRRD_FORCE_NO_QUORUM,
		.title = "Takeover forced without quorum",
		.description = "An operator forced a takeover at a site that does not see a majority of the voting sites; it is not fenced until it has seen one",
		.suggestion = "Make sure that the sites that cannot be seen do not announce the group",
	},
	{
		.code = EC_FRRD_SUCCESSOR,
		.title = "Handover failed",
		.description = "A planned move did not come to its end: the successor vanished, did not claim within handover-timeout, or the owner did not answer the request; the group stays with, or returns to, its owner",
		.suggestion = "show subnet-mover group NAME history at both sites says at which step; repeat the command when the cause is removed",
	},
	{
		.code = EC_FRRD_STATE_FILE,
		.title = "State file not usable",
		.description = "The file that keeps holds and counters over a restart could not be read or written, or its contents were damaged; a damaged file is set aside and frrd starts without it",
		.suggestion = "Check the folder's owner and free space; holds have to be set again if the file was set aside",
	},
	{
		.code = EC_FRRD_JOURNAL,
		.title = "Journal not written",
		.description = "The journal could not be opened, written or rotated; decisions are taken all the same, but are not kept",
		.suggestion = "Check the folder's owner and free space",
	},
	{
		.code = EC_FRRD_WORKER,
		.title = "No thread",
		.description = "A thread could not be started; what it does (writing files; interfaces and addresses) waits, and is tried again every second",
		.suggestion = "Check the limits on processes and memory of the user and of the service",
	},
	{
		.code = EC_FRRD_ATTACH,
		.title = "Attachment not possible",
		.description = "An interface or an address that belongs to a group could not be attached or detached; with attach-order attach-first the group is not announced before it is attached",
		.suggestion = "show subnet-mover group NAME says which and why; it is tried again when the interface changes, and from time to time",
	},
	{
		.code = EC_FRRD_HOOK,
		.title = "Hook failed",
		.description = "A program that runs around a move had another exit status than 0, was ended by a signal, took too long, or could not be started; what follows depends on its policy",
		.suggestion = "The journal has what it wrote; show subnet-mover preflight says whether it may be started",
	},
	{
		.code = EC_FRRD_IO,
		.title = "Helper frrd-io failed",
		.description = "frrd-io, which runs probes and programs for frrd, died, hung, could not be started or said something that is not valid; it is started again, and what it ran is unknown meanwhile",
		.suggestion = "show subnet-mover probes names the cause; check that frrd-io of the same version lies beside frrd",
	},
	{
		.code = EC_FRRD_PROBE_UNKNOWN,
		.title = "Probe unknown",
		.description = "No result of a probe came in time, or what it follows does not answer; when-unknown of the probe says what that counts as, by default what it said last",
		.suggestion = "show subnet-mover probes NAME names the cause",
	},
	{
		.code = EC_FRRD_ADDRESS,
		.title = "Change of addresses not carried out",
		.description = "The group has moved and its services have other addresses, but the DNS is not updated, or somebody who is to be told is not; the group itself is where it belongs",
		.suggestion = "show subnet-mover group NAME names the cause, and the journal has what the program wrote; show subnet-mover preflight says what is missing",
	},
	{
		.code = EC_FRRD_MARKER,
		.title = "Marker not selected",
		.description = "zebra does not select a marker of this site, so that bgpd does not announce it; the other sites do not hear what it says: without the beacon this site is dead to them",
		.suggestion = "show ip route or show ipv6 route with the marker's address names the route that stands before it; when that is one of a zebra that has crashed, restart all of FRR",
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
