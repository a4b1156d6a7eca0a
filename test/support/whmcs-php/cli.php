<?php

/** The stand-in from the command line: `php cli.php COMMAND [JSON]`; answers with one line of JSON. */

declare(strict_types=1);

use WHMCS\Database\Capsule;

require __DIR__ . '/whmcs.php';

const MODULE = 'faktur_otomatis';

/** Settings and version of a module, as WHMCS keeps them. */
function keep(string $setting, string $value): void
{
    Capsule::table('tbladdonmodules')->updateOrInsert(['module' => MODULE, 'setting' => $setting], ['value' => $value]);
}

[, $command] = $argv;
$given = json_decode($argv[2] ?? 'null', true, 512, JSON_THROW_ON_ERROR);
$_SESSION = [];

switch ($command) {
    case 'install':
        standInInstall();
        foreach ($given['admins'] as $id => $role) {
            Capsule::table('tbladmins')->insert(['id' => $id, 'roleid' => $role]);
        }
        foreach ($given['clients'] as $client) {
            // WHMCS keeps what people typed with HTML's signs written out.
            Capsule::table('tblclients')->insert(array_map(
                static fn ($value) => is_string($value) ? htmlspecialchars($value, ENT_QUOTES) : $value,
                $client,
            ));
        }
        $answer = 'installed';
        break;
    case 'config':
        require standInModule(MODULE) . '/' . MODULE . '.php';
        $answer = faktur_otomatis_config();
        break;
    case 'activate':
        require standInModule(MODULE) . '/' . MODULE . '.php';
        $answer = faktur_otomatis_activate();
        keep('version', faktur_otomatis_config()['version']);
        break;
    case 'deactivate':
        require standInModule(MODULE) . '/' . MODULE . '.php';
        $answer = faktur_otomatis_deactivate();
        // So does WHMCS: the settings of a module go with it.
        Capsule::table('tbladdonmodules')->where('module', MODULE)->delete();
        break;
    case 'upgrade':
        require standInModule(MODULE) . '/' . MODULE . '.php';
        faktur_otomatis_upgrade(['version' => $given]);
        $answer = 'upgraded';
        break;
    case 'settings':
        foreach ($given as $setting => $value) {
            keep($setting, $value);
        }
        $answer = 'kept';
        break;
    case 'fire':
        standInLoadHooks();
        $times = [];
        foreach ($given as [$hook, $vars]) {
            $before = microtime(true);
            run_hook($hook, $vars);
            $times[] = (int) ((microtime(true) - $before) * 1000);
        }
        $answer = $times;
        break;
    case 'sql':
        $statement = Capsule::connection()->getPdo()->prepare($given['sql']);
        $statement->execute($given['values'] ?? []);
        $answer = $statement->fetchAll(PDO::FETCH_ASSOC);
        break;
    default:
        fwrite(STDERR, "no such command: $command\n");
        exit(2);
}
echo json_encode($answer, JSON_THROW_ON_ERROR), "\n";
