#include "string_scan.h"
