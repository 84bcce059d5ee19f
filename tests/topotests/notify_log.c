// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module of FRR that listens to YANG notifications, as those for gRPC or sysrepo do,
 * and writes each into the daemon's log as JSON. One that does not fit the model is
 * logged as "notification refused", with libyang's reason.
 *
 *   frrd -M .../notify_log.so
 */

#include <zebra.h>

#include "libfrr.h"
#include "log.h"
#include "module.h"
#include "northbound.h"
#include "yang.h"

/* The notification as libyang has it; NULL: it does not fit the model. */
static struct lyd_node *make_tree(const char *xpath, const struct list *arguments)
{
	const struct yang_data *data;
	struct lyd_node *tree = NULL;
	struct listnode *ln;

	if (lyd_new_path(NULL, ly_native_ctx, xpath, NULL, 0, &tree))
		return NULL;
	for (ALL_LIST_ELEMENTS_RO(arguments, ln, data)) {
		if (lyd_new_path(tree, ly_native_ctx, data->xpath, data->value, 0, NULL)) {
			lyd_free_all(tree);
			return NULL;
		}
	}
	if (lyd_validate_op(tree, NULL, LYD_TYPE_NOTIF_YANG, NULL)) {
		lyd_free_all(tree);
		return NULL;
	}
	return tree;
}

static int log_notification(const char *xpath, struct list *arguments)
{
	struct lyd_node *tree = make_tree(xpath, arguments);
	char *text = NULL;

	if (!tree) {
		zlog_err("notification refused: %s: %s", xpath, ly_errmsg(ly_native_ctx));
		return NB_OK;
	}
	if (!lyd_print_mem(&text, tree, LYD_JSON, LYD_PRINT_SHRINK))
		zlog_notice("notification %s", text);
	free(text);
	lyd_free_all(tree);
	return NB_OK;
}

static int notify_log_init(void)
{
	hook_register(nb_notification_send, log_notification);
	return 0;
}

FRR_MODULE_SETUP(.name = "notify_log", .version = "1",
		 .description = "logs notifications, for tests", .init = notify_log_init,
);
