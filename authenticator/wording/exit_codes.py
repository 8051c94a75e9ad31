"""The exit code of each family of errors. An invalid command line is 2 (argparse)."""

from authenticator.errors import DataBad, EnvironmentFault, InputRefused

EXIT_CODES = {InputRefused: 3, DataBad: 4, EnvironmentFault: 5}
OUR_BUG = 70


def exit_code(error: BaseException) -> int:
    return next(code for family, code in EXIT_CODES.items() if isinstance(error, family))
