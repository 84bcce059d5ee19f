/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of the process. */
#ifndef FRRD_IO_MAIN_H
#define FRRD_IO_MAIN_H

/* Leave the loop after this event; the process ends with this exit status. */
void io_end(int status);

#endif
