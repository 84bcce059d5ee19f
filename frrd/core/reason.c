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
		"started", "frrd started and announces nothing yet",
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
	[FRRD_REASON_UNOWNED] = {
		"unowned", "no site owns the group, and this site is the next in rank", "" },
	[FRRD_REASON_OWNER_GONE] = {
		"owner-gone",
		"the owner's claim and prefixes are gone, and this site is the next in rank",
		"show subnet-mover sites tells which sites are alive" },
	[FRRD_REASON_STALLED] = {
		"stalled",
		"this process was stopped for a while and has to hear first what happened",
		"look for an overloaded or paused machine" },
	[FRRD_REASON_GRANTED] = {
		"granted", "the owner has granted the group to this site", "" },
	[FRRD_REASON_ASKED_REMOTELY] = {
		"asked-remotely", "another site asks that this site take the group over", "" },
	[FRRD_REASON_COMMAND_REQUEST] = {
		"command-request",
		"an operator asked here that another site take the group over; it is being requested", "" },
	[FRRD_REASON_REQUEST_TIMEOUT] = {
		"request-timeout", "the request was not answered before handover-timeout passed",
		"show subnet-mover group GROUP why at the owner tells what kept it from granting" },
	[FRRD_REASON_REQUEST_CANCELLED] = {
		"request-cancelled", "the request was cancelled", "" },
	[FRRD_REASON_GRANTED_TO_ANOTHER] = {
		"granted-to-another", "the group was granted to another site", "" },
	[FRRD_REASON_OWNER_CHANGED] = {
		"owner-changed", "another site took the group over meanwhile",
		"repeat the command if the group shall still move" },
	[FRRD_REASON_MOVED] = { "moved", "the site that was asked for owns the group now", "" },
	[FRRD_REASON_NO_QUORUM] = {
		"no-quorum", "this site sees no majority of the voting sites",
		"show subnet-mover sites tells which sites are missing" },
	[FRRD_REASON_QUORUM_BACK] = {
		"quorum-back", "there is a majority of the voting sites; this site watches for settle-time", "" },
	[FRRD_REASON_SETTLED] = {
		"settled", "there has been quorum for settle-time; this site takes part", "" },
	[FRRD_REASON_FENCED] = {
		"fenced",
		"this site was without quorum for fence-delay and withdraws everything",
		"show subnet-mover sites tells which sites are missing" },
	[FRRD_REASON_CONFLICT] = {
		"conflict", "another site claims the group too, and has to yield to this one",
		"if it does not end at once, look at the other site" },
	[FRRD_REASON_CONFLICT_OVER] = {
		"conflict-over", "no other site claims the group any more", "" },
	[FRRD_REASON_CONFLICT_YIELD] = {
		"conflict-yield", "another site claims the group, and this one yields to it",
		"find out how two sites came to claim the group: show subnet-mover budget" },
	[FRRD_REASON_GRANT_REQUESTED] = {
		"grant-requested", "another site asks for the group and is ready; it is granted", "" },
	[FRRD_REASON_GRANT_MAINTENANCE] = {
		"grant-maintenance", "this site is under maintenance; the group is granted to another", "" },
	[FRRD_REASON_GRANT_UNHEALTHY] = {
		"grant-unhealthy", "this site is unhealthy; the group is granted to another",
		"find out what fails here before the group comes back" },
	[FRRD_REASON_GRANT_FAILBACK] = {
		"grant-failback", "a better-ranked site has been ready for wait-to-restore; it is granted the group", "" },
	[FRRD_REASON_GRANT_TIMEOUT] = {
		"grant-timeout",
		"the successor did not claim the group before handover-timeout passed; the grant is taken back",
		"show subnet-mover group GROUP why at the successor" },
	[FRRD_REASON_GRANT_CANCELLED] = {
		"grant-cancelled",
		"the successor is not ready any more, asks no more, or has given the group back; the grant is taken back", "" },
	[FRRD_REASON_SUCCESSOR_LOST] = {
		"successor-lost", "the successor's beacon is gone; the grant is taken back",
		"look at the other site" },
	[FRRD_REASON_HANDED_OVER] = {
		"handed-over", "the successor owns the group", "" },
	[FRRD_REASON_UNHEALTHY_KEPT] = {
		"unhealthy-kept",
		"this site is unhealthy and keeps the group, because no other site is ready or may take it now",
		"make another site ready, or mend what fails here" },
	[FRRD_REASON_UNHEALTHY_WITHDRAWN] = {
		"unhealthy-withdrawn",
		"this site is unhealthy, no other site is ready, and when-no-successor says withdraw",
		"make another site ready, or mend what fails here" },
	[FRRD_REASON_UNHEALTHY_AGAIN] = {
		"unhealthy-again",
		"nobody has had the group since this site, which is unhealthy and takes it back, because no other site is ready",
		"make another site ready, or mend what fails here" },
	[FRRD_REASON_HEALTHY_AGAIN] = {
		"healthy-again", "this site is healthy again and keeps the group", "" },
	[FRRD_REASON_RESUMING] = {
		"resuming", "this site owned the group before; asking zebra what of it still stands", "" },
	[FRRD_REASON_RESUMED] = {
		"resumed", "this site's claim still stands and nobody else claims; it goes on as the owner", "" },
	[FRRD_REASON_NOT_RESUMED] = {
		"not-resumed",
		"this site's claim does not stand any more, another site claims, or there is no quorum; what is left is withdrawn", "" },
	[FRRD_REASON_FORCE_NO_QUORUM] = {
		"force-no-quorum",
		"an operator forced this site to take over without quorum; it does not fence until there has been one",
		"make sure that no other site announces the group" },
	[FRRD_REASON_ARBITER_CHANGED] = {
		"arbiter-changed", "the configuration names another arbiter", "" },
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
	[FRRD_REASON_MAINTENANCE] = {
		"maintenance", "this site is under maintenance", "remove `maintenance` from the site" },
	[FRRD_REASON_UNHEALTHY] = {
		"unhealthy", "this site is not healthy for the group",
		"check the next-hop and its interface" },
	[FRRD_REASON_SETTLING] = {
		"settling", "this site watches until there has been quorum for settle-time", "" },
	[FRRD_REASON_CLAIMED] = {
		"claimed", "another site claims the group or was granted it",
		"use switchover, which asks the owner, or `failover GROUP force reason ...` when you know better" },
	[FRRD_REASON_SUCCESSOR_NOT_READY] = {
		"successor-not-ready", "the site that shall take over is not ready",
		"show subnet-mover group GROUP why at that site tells what is missing" },
	[FRRD_REASON_NO_OWNER] = {
		"no-owner", "no site owns the group", "use failover" },
	[FRRD_REASON_OWNER_ALIVE] = {
		"owner-alive", "a site owns the group", "use switchover" },
	[FRRD_REASON_COMMAND_ELSEWHERE] = {
		"command-elsewhere", "the manual arbiter passes no command on to another site",
		"give the command at the site that shall take over" },
	[FRRD_REASON_ALREADY_THERE] = {
		"already-there", "the site owns the group already", "" },
	[FRRD_REASON_BUSY_REQUESTING] = {
		"busy-requesting", "the group is being requested from its owner",
		"subnet-mover release GROUP cancels the request" },
	[FRRD_REASON_BUSY_DRAINING] = {
		"busy-draining", "the group is being handed over", "repeat the command when it is done" },
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
	static const char *const names[FRRD_STATE_COUNT] = {
		[FRRD_STATE_STANDBY] = "standby",	[FRRD_STATE_REQUESTING] = "requesting",
		[FRRD_STATE_CLAIMING] = "claiming",	[FRRD_STATE_ACTIVATING] = "activating",
		[FRRD_STATE_ACTIVE] = "active",		[FRRD_STATE_DRAINING] = "draining",
		[FRRD_STATE_RELEASING] = "releasing",	[FRRD_STATE_FENCED] = "fenced",
		[FRRD_STATE_HELD] = "held",
	};

	return state < FRRD_STATE_COUNT ? names[state] : "?";
}

const char *frrd_event_name(enum frrd_event_type type)
{
	switch (type) {
	case FRRD_EVENT_CONFIG:
		return "config";
	case FRRD_EVENT_FAILOVER:
		return "failover";
	case FRRD_EVENT_FAILOVER_TO:
		return "failover-to";
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
	case FRRD_EVENT_VIEW:
		return "view";
	case FRRD_EVENT_HEALTH:
		return "health";
	case FRRD_EVENT_STALL:
		return "stall";
	case FRRD_EVENT_RESTORE:
		return "restore";
	case FRRD_EVENT_TICK:
		return "tick";
	case FRRD_EVENT_SHUTDOWN:
		return "shutdown";
	}
	return "?";
}
