<?php

/**
 * How the connection to the service stands.
 *
 * @var callable $e
 * @var callable $t
 * @var list<string> $faults
 * @var bool $open
 * @var FakturOtomatis\Settings $settings
 * @var int $length
 * @var int $oldest
 * @var bool $resting
 * @var string $last_error
 * @var int $last_success
 * @var iterable<object> $waiting
 * @var array<string, array{verdict: string, cause: string}> $checks
 * @var int|null $arrived
 * @var string $csrf
 * @var FakturOtomatis\Words $words
 */

declare(strict_types=1);

use FakturOtomatis\AdminPage;
use FakturOtomatis\Moment;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

$when = static fn (int $at): string => Moment::shown($at);
?>
<div class="faktur-otomatis">
  <h2><?= $t('admin_title') ?></h2>
  <p><?= $e($settings->url) ?> · <?= $e($settings->portal) ?> ·
    <a href="<?= AdminPage::LINK ?>&amp;fo_lang=<?= $words->code === 'id' ? 'en' : 'id' ?>"><?= $t('other_language') ?></a></p>
<?php if ($faults !== []) : ?>
  <div class="alert alert-danger"><?= $t('settings_missing') ?>
    <ul>
    <?php foreach ($faults as $fault) : ?>
      <li><?= $t("fault_$fault") ?></li>
    <?php endforeach ?>
    </ul>
  </div>
<?php endif ?>
<?php if ($open) : ?>
  <div class="alert alert-warning"><?= $t('open_http') ?></div>
<?php endif ?>
<?php if ($settings->activators === []) : ?>
  <div class="alert alert-warning"><?= $t('no_activators') ?></div>
<?php endif ?>
<?php if ($resting) : ?>
  <div class="alert alert-warning"><?= $t('resting') ?></div>
<?php endif ?>
<?php foreach ($checks as $check => ['verdict' => $verdict, 'cause' => $cause]) : ?>
  <div class="alert alert-<?= $verdict === 'fine' ? 'success' : 'danger' ?>" data-check="<?= $e("$check:$verdict") ?>">
    <strong><?= $t($check) ?>:</strong> <?= $t($verdict) ?> <?= $e($cause) ?></div>
<?php endforeach ?>
<?php if ($arrived !== null) : ?>
  <div class="alert alert-info" data-arrived="<?= $arrived ?>"><?= $arrived ?> <?= $t('arrived') ?></div>
<?php endif ?>
  <div class="panel panel-default">
    <div class="panel-heading"><?= $t('queue') ?></div>
    <table class="table">
      <tr><th><?= $t('queue') ?></th><td data-length="<?= $length ?>"><?=
        $length === 0 ? $t('queue_empty') : $length . ' ' . $t('waiting') ?></td></tr>
      <tr><th><?= $t('oldest') ?></th><td><?= $e($when($oldest)) ?: $t('none') ?></td></tr>
      <tr><th><?= $t('last_success') ?></th><td><?= $e($when($last_success)) ?: $t('never') ?></td></tr>
      <tr><th><?= $t('last_error') ?></th><td><?= $e($last_error) ?: $t('none') ?></td></tr>
    </table>
    <div class="panel-footer">
      <form method="post" action="<?= AdminPage::LINK ?>">
        <input type="hidden" name="token" value="<?= $e($csrf) ?>">
        <button class="btn btn-default" name="do" value="test"><?= $t('test') ?></button>
        <button class="btn btn-primary" name="do" value="flush"><?= $t('flush') ?></button>
      </form>
    </div>
  </div>
<?php if ($length > 0) : ?>
  <table class="table table-striped">
    <tr><th><?= $t('type') ?></th><th><?= $t('since_column') ?></th><th><?= $t('tries') ?></th><th><?= $t('cause') ?></th></tr>
    <?php foreach ($waiting as $row) : ?>
    <tr><td><?= $e($row->type) ?></td><td><?= $e($when((int) $row->created_at)) ?></td>
      <td><?= $e($row->attempts) ?></td><td><?= $e($row->last_error) ?></td></tr>
    <?php endforeach ?>
  </table>
<?php endif ?>
  <form method="get" action="addonmodules.php" class="form-inline">
    <input type="hidden" name="module" value="faktur_otomatis">
    <label for="fo-client"><?= $t('find_client') ?></label>
    <input class="form-control input-sm" id="fo-client" name="client" type="number" min="1" required
      placeholder="<?= $t('client_id') ?>">
    <button class="btn btn-default btn-sm"><?= $t('open') ?></button>
  </form>
</div>
