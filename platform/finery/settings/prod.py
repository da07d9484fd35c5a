"""Production, and the one-machine mode: nothing but what the environment says."""

from finery.settings.base import *
