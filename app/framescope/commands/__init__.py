"""What each sub-command of the command line does, one file each; `cli` reads their arguments.

May import what a front end may: everything but the window.
"""
