// SPDX-License-Identifier: GPL-2.0-or-later
/* YANG notifications; see frrd_notify.h. */

#include <zebra.h>

#include "northbound.h"
#include "yang_wrappers.h"

#include "frrd/core/reason.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_notify.h"

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
