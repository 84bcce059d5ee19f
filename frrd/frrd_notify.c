// SPDX-License-Identifier: GPL-2.0-or-later
/* YANG notifications; see frrd_notify.h. */

#include <zebra.h>

#include "northbound.h"
#include "yang_wrappers.h"

#include "frrd/core/reason.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_notify.h"
#include "frrd/frrd_sites.h"

DEFINE_HOOK(frrd_decision,
	    (const struct frrd_grp *grp, enum frrd_state from, enum frrd_state to,
	     enum frrd_reason reason),
	    (grp, from, to, reason));

#define NOTIFICATION(name) "/frr-subnet-mover:" name

static void add(struct list *arguments, const char *notification, const char *leaf,
		const char *value)
{
	char xpath[XPATH_MAXLEN];

	snprintf(xpath, sizeof(xpath), "%s/%s", notification, leaf);
	listnode_add(arguments, yang_data_new_string(xpath, value));
}

void frrd_notify_state(const struct frrd_grp *grp, enum frrd_state from, enum frrd_state to,
		       enum frrd_reason reason)
{
	static const char *const xpath = NOTIFICATION("state-change");
	struct list *arguments = yang_data_list_new();

	add(arguments, xpath, "group", grp->name);
	add(arguments, xpath, "from", frrd_state_name(from));
	add(arguments, xpath, "to", frrd_state_name(to));
	add(arguments, xpath, "reason", frrd_reason_code(reason));
	add(arguments, xpath, "text", frrd_reason_text(reason));
	nb_notification_send(xpath, arguments);
	hook_call(frrd_decision, grp, from, to, reason);
}

void frrd_notify_conflict(const struct frrd_grp *grp, uint8_t site_id)
{
	static const char *const xpath = NOTIFICATION("conflict");
	struct list *arguments = yang_data_list_new();
	char name[FRRD_NAME_SIZE];

	add(arguments, xpath, "group", grp->name);
	add(arguments, xpath, "site", frrd_site_label(site_id, name, sizeof(name)));
	add(arguments, xpath, "text", frrd_reason_text(grp->fsm.reason));
	nb_notification_send(xpath, arguments);
}

void frrd_notify_quorum(bool reached)
{
	static const char *const xpath = NOTIFICATION("quorum-change");
	struct list *arguments = yang_data_list_new();
	struct frrd_quorum q;
	char present[256], missing[256], text[640];

	frrd_sites_quorum(&q);
	snprintf(text, sizeof(text), "alive: %s; missing: %s",
		 frrd_site_labels(q.present, present, sizeof(present)),
		 frrd_site_labels(q.voters & ~q.present, missing, sizeof(missing)));
	add(arguments, xpath, "reached", reached ? "true" : "false");
	add(arguments, xpath, "text", text);
	nb_notification_send(xpath, arguments);
}

void frrd_notify_probe(const struct frrd_probe *probe, enum frrd_health before)
{
	static const char *const xpath = NOTIFICATION("probe-change");
	struct list *arguments = yang_data_list_new();

	add(arguments, xpath, "probe", probe->name);
	add(arguments, xpath, "from", frrd_health_name(before));
	add(arguments, xpath, "to", frrd_health_name(probe->health.state));
	add(arguments, xpath, "text", probe->text);
	nb_notification_send(xpath, arguments);
}

void frrd_notify_address(const struct frrd_grp *grp, const char *target, const char *outcome,
			 const char *text)
{
	static const char *const xpath = NOTIFICATION("address-change");
	struct list *arguments = yang_data_list_new();

	add(arguments, xpath, "group", grp->name);
	if (target[0])
		add(arguments, xpath, "target", target);
	add(arguments, xpath, "outcome", outcome);
	if (text[0])
		add(arguments, xpath, "text", text);
	nb_notification_send(xpath, arguments);
}

void frrd_notify_refused(const char *group, const char *command, enum frrd_reason reason,
			 const char *text)
{
	static const char *const xpath = NOTIFICATION("command-refused");
	struct list *arguments = yang_data_list_new();

	add(arguments, xpath, "group", group);
	add(arguments, xpath, "command", command);
	add(arguments, xpath, "reason", frrd_reason_code(reason));
	add(arguments, xpath, "text", text);
	nb_notification_send(xpath, arguments);
}

void frrd_notify_route(const struct frrd_route *route)
{
	static const char *const xpath = NOTIFICATION("route-problem");
	struct list *arguments = yang_data_list_new();
	char text[PREFIX_STRLEN];
	struct prefix p;

	frrd_route_prefix(route, &p);
	add(arguments, xpath, "group", route->grp->name);
	add(arguments, xpath, "prefix", prefix2str(&p, text, sizeof(text)));
	add(arguments, xpath, "status", frrd_route_status_name(route->status));
	nb_notification_send(xpath, arguments);
}
