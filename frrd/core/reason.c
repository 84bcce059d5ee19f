// SPDX-License-Identifier: GPL-2.0-or-later
/* Reasons, states and events in words; see reason.h and event.h. */

#include "event.h"
#include "reason.h"

struct reason_words {
	const char *code;
	const char *text;
	const char *hint;
};

static const struct reason_words words[FRRD_REASON_COUNT] = {
	[FRRD_REASON_STARTED] = {
		"started", "frrd started and announces nothing until it is told to",
		"subnet-mover failover GROUP takes the group over at this site" },
	[FRRD_REASON_COMMAND_FAILOVER] = {
		"command-failover", "an operator asked this site to take over", "" },
	[FRRD_REASON_COMMAND_FORCE] = {
		"command-force",
		"an operator forced this site to take over without the checks",
		"make sure that no other site announces the group" },
	[FRRD_REASON_COMMAND_SWITCHOVER_HERE] = {
		"command-switchover-here",
		"an operator asked for a switchover to this site; waiting for the owner to withdraw",
		"run the same switchover command at the owner" },
	[FRRD_REASON_COMMAND_SWITCHOVER_AWAY] = {
		"command-switchover-away",
		"an operator asked for a switchover to another site",
		"run the same switchover command at the successor" },
	[FRRD_REASON_COMMAND_RELEASE] = {
		"command-release", "an operator asked this site to withdraw the group",
		"subnet-mover failover GROUP at one site announces it again" },
	[FRRD_REASON_COMMAND_HOLD] = {
		"command-hold", "an operator forbade moves of the group",
		"subnet-mover resume GROUP allows them again" },
	[FRRD_REASON_COMMAND_RESUME] = {
		"command-resume", "an operator allowed moves of the group again", "" },
	[FRRD_REASON_ELSEWHERE_GONE] = {
		"elsewhere-gone", "no prefix of the group is announced elsewhere any more", "" },
	[FRRD_REASON_ROUTES_INSTALLED] = {
		"routes-installed", "zebra confirmed every route of the group", "" },
	[FRRD_REASON_ROUTES_DEGRADED] = {
		"routes-degraded", "zebra did not install every route of the group",
		"show subnet-mover routes group GROUP names the prefixes and the cause" },
	[FRRD_REASON_ROUTES_NONE] = {
		"routes-none", "zebra installed no route of the group",
		"show subnet-mover routes group GROUP names the prefixes and the cause" },
	[FRRD_REASON_ROUTES_WITHDRAWN] = {
		"routes-withdrawn", "zebra confirmed that every route of the group is gone", "" },
	[FRRD_REASON_CLAIM_TIMEOUT] = {
		"claim-timeout",
		"the group was still announced elsewhere when handover-timeout passed",
		"release the group at its owner, then repeat the command" },
	[FRRD_REASON_CLAIM_CANCELLED] = {
		"claim-cancelled", "the takeover was cancelled before it began", "" },
	[FRRD_REASON_CLAIM_FOUND_ELSEWHERE] = {
		"claim-found-elsewhere",
		"zebra answered that a prefix of the group is announced elsewhere",
		"release the group at its owner, or use switchover, which waits" },
	[FRRD_REASON_WITHDRAW_UNCONFIRMED] = {
		"withdraw-unconfirmed",
		"zebra did not confirm the withdrawal in time; the group may still be announced",
		"check zebra and bgpd at this site before another site takes over" },
	[FRRD_REASON_ZEBRA_LOST] = {
		"zebra-lost",
		"the connection to zebra is gone; routes are sent again when it is back",
		"check the zebra daemon at this site" },
	[FRRD_REASON_ZEBRA_BACK] = {
		"zebra-back", "the connection to zebra is back; every route is checked and sent again", "" },
	[FRRD_REASON_MEMBER_REMOVED] = {
		"member-removed", "the configuration no longer makes this site a member of the group", "" },
	[FRRD_REASON_TAKEN_OVER] = {
		"taken-over",
		"another site took the group over while this site could not announce it",
		"find out what kept this site from announcing; switchover brings the group back" },
	[FRRD_REASON_SHUTDOWN] = {
		"shutdown", "frrd is ending and takes its routes back first", "" },
	[FRRD_REASON_NOT_MEMBER] = {
		"not-member", "this site is not a member of the group",
		"configure `site LOCAL-SITE` under the group" },
	[FRRD_REASON_INCOMPLETE] = {
		"incomplete", "the member has no next-hop for an address family of the group",
		"configure `next-hop` for every address family of the group's prefixes" },
	[FRRD_REASON_NO_PREFIX] = {
		"no-prefix", "the group has no prefix", "configure `prefix` or `prefix-list` under the group" },
	[FRRD_REASON_HELD] = {
		"held", "the group is on hold", "subnet-mover resume GROUP" },
	[FRRD_REASON_NOT_HELD] = { "not-held", "the group is not on hold", "" },
	[FRRD_REASON_ALREADY_HELD] = { "already-held", "the group is on hold already", "" },
	[FRRD_REASON_ALREADY_OWNER] = {
		"already-owner", "this site announces the group already", "" },
	[FRRD_REASON_NOT_OWNER] = {
		"not-owner", "this site does not announce the group", "run the command at the owner" },
	[FRRD_REASON_BUSY_CLAIMING] = {
		"busy-claiming", "a takeover of the group is in progress",
		"subnet-mover release GROUP cancels it" },
	[FRRD_REASON_BUSY_RELEASING] = {
		"busy-releasing", "the withdrawal of the group is in progress", "repeat the command when it is done" },
	[FRRD_REASON_ZEBRA_DOWN] = {
		"zebra-down", "there is no connection to zebra", "check the zebra daemon at this site" },
	[FRRD_REASON_ELSEWHERE] = {
		"announced-elsewhere", "a prefix of the group is announced elsewhere",
		"release the group at its owner, or `failover GROUP force reason ...` when you know better" },
	[FRRD_REASON_UNTRACKED] = {
		"untracked", "zebra has not answered yet whether the group is announced elsewhere", "" },
	[FRRD_REASON_STOPPING] = { "stopping", "frrd is ending", "" },
};

const char *frrd_reason_code(enum frrd_reason reason)
{
	return words[reason].code;
}

const char *frrd_reason_text(enum frrd_reason reason)
{
	return words[reason].text;
}

const char *frrd_reason_hint(enum frrd_reason reason)
{
	return words[reason].hint;
}

const char *frrd_state_name(enum frrd_state state)
{
	switch (state) {
	case FRRD_STATE_STANDBY:
		return "standby";
	case FRRD_STATE_CLAIMING:
		return "claiming";
	case FRRD_STATE_ACTIVATING:
		return "activating";
	case FRRD_STATE_ACTIVE:
		return "active";
	case FRRD_STATE_RELEASING:
		return "releasing";
	}
	return "?";
}

const char *frrd_event_name(enum frrd_event_type type)
{
	switch (type) {
	case FRRD_EVENT_CONFIG:
		return "config";
	case FRRD_EVENT_FAILOVER:
		return "failover";
	case FRRD_EVENT_SWITCHOVER_HERE:
		return "switchover-here";
	case FRRD_EVENT_SWITCHOVER_AWAY:
		return "switchover-away";
	case FRRD_EVENT_RELEASE:
		return "release";
	case FRRD_EVENT_HOLD:
		return "hold";
	case FRRD_EVENT_RESUME:
		return "resume";
	case FRRD_EVENT_ROUTES:
		return "routes";
	case FRRD_EVENT_ELSEWHERE:
		return "elsewhere";
	case FRRD_EVENT_ZEBRA_UP:
		return "zebra-up";
	case FRRD_EVENT_ZEBRA_DOWN:
		return "zebra-down";
	case FRRD_EVENT_TICK:
		return "tick";
	case FRRD_EVENT_SHUTDOWN:
		return "shutdown";
	}
	return "?";
}
